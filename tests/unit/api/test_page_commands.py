"""What only the page can do: asked through a command, answered by whoever holds the line."""

import base64

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import OTHER, SHOP
from tests.unit.api.contract_walk import CHAT

from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.memory.phone import MemoryPhone
from switchboard.domain.addresses import Addresses
from switchboard.domain.command import COMMAND_PATIENCE
from switchboard.domain.ids import ChatId, HostId
from switchboard.domain.message import Source

LID, PHONE = "110990005551@lid", "15550009901"


@pytest.fixture
def phone(api: ApiClient, world: World) -> MemoryPhone:
    """The line runs on a page, linked to this phone."""
    phone = MemoryPhone(SHOP, linked=True, lids={PHONE: LID})
    api.page = MemoryLinkedPage(phone, world.clock, 1)
    assert world.sessions.acquire(SHOP, HostId("host"), "queue", world.clock.now())
    return phone


def test_a_pairing_code_is_shown_while_the_line_is_not_linked(
    api: ApiClient, phone: MemoryPhone
) -> None:
    phone.linked = False
    body = {"phoneNumber": "+1 555 000 9901"}
    answer = api.call("POST", "/api/shop/auth/request-code", body)
    assert (answer.status, answer.body) == (201, {"code": "SWBD1234"})
    assert phone.pairing_codes == [PHONE]
    phone.linked = True
    assert api.call("POST", "/api/shop/auth/request-code", body).status == 409


def test_seen_goes_to_the_phone_and_clears_what_is_unread(
    api: ApiClient, phone: MemoryPhone, world: World
) -> None:
    contact = world.inbox.resolve(SHOP, Addresses(ChatId(CHAT)), world.clock.now())
    world.inbox.open_conversation(contact, world.clock.now())
    body = {"session": SHOP, "chatId": CHAT, "messageIds": ["false_1_A"], "participant": None}
    assert api.call("POST", "/api/sendSeen", body).body == {"success": True}
    assert phone.seen == [CHAT]
    assert api.call("GET", "/api/shop/chats").body[0]["unreadCount"] == 0


def test_typing_is_shown_and_ended(api: ApiClient, phone: MemoryPhone) -> None:
    body = {"session": SHOP, "chatId": CHAT}
    assert api.call("POST", "/api/startTyping", body).status == 201
    assert api.call("POST", "/api/stopTyping", body).status == 201
    assert phone.shown == [(CHAT, True), (CHAT, False)]


def test_a_chat_that_the_page_does_not_have_is_missing(api: ApiClient, phone: MemoryPhone) -> None:
    phone.unknown_chats.add(ChatId(CHAT))
    answer = api.call("POST", "/api/sendSeen", {"session": SHOP, "chatId": CHAT})
    assert (answer.status, answer.body["message"]) == (404, "chat not found")


def test_a_lid_is_looked_up_both_ways(api: ApiClient, phone: MemoryPhone) -> None:
    pair = {"lid": LID, "pn": f"{PHONE}@c.us"}
    assert api.call("GET", f"/api/shop/lids/{LID}").body == pair
    assert api.call("GET", "/api/shop/lids/110990005551").body == pair
    assert api.call("GET", f"/api/shop/lids/{LID.replace('@', '%40')}").body == pair
    assert api.call("GET", f"/api/shop/lids/pn/{PHONE}").body == pair
    assert api.call("GET", "/api/shop/lids/99999@lid").body == {"lid": "99999@lid", "pn": None}
    assert api.call("GET", f"/api/shop/lids/{PHONE}@c.us").body["field"] == "lid"


def test_what_is_stored_needs_no_page(api: ApiClient, world: World) -> None:
    world.inbox.resolve(SHOP, Addresses(ChatId(CHAT), PHONE, LID), world.clock.now())
    assert api.call("GET", f"/api/shop/lids/{LID}").body["pn"] == CHAT
    assert api.call("GET", f"/api/other/lids/{LID}").status == 409


def test_a_number_exists_or_not(api: ApiClient, phone: MemoryPhone) -> None:
    query = {"session": SHOP, "phone": PHONE}
    there = api.call("GET", "/api/contacts/check-exists", query=query).body
    assert there == {"numberExists": True, "chatId": CHAT}
    phone.unknown_chats.add(ChatId(CHAT))
    gone = api.call("GET", "/api/contacts/check-exists", query=query).body
    assert gone == {"numberExists": False, "chatId": None}


def test_a_screenshot_is_an_image_or_json(api: ApiClient, phone: MemoryPhone) -> None:
    api.headers = {"accept": "*/*"}
    image = api.call("GET", "/api/screenshot", query={"session": SHOP})
    assert image.headers["content-type"] == "image/jpeg"
    assert image.headers["cache-control"] == "no-store"
    api.headers = {"accept": "application/json"}
    told = api.call("GET", "/api/screenshot", query={"session": SHOP}).body
    assert base64.b64decode(told["data"]) == image.body


def test_a_page_without_a_socket_is_a_conflict(api: ApiClient, phone: MemoryPhone) -> None:
    phone.socket = "OPENING"
    answer = api.call("POST", "/api/sendSeen", {"session": SHOP, "chatId": CHAT})
    assert (answer.status, "line_down" in answer.body["message"]) == (409, True)


def test_a_page_that_does_not_draw_is_a_time_out(api: ApiClient, phone: MemoryPhone) -> None:
    phone.frozen = True
    answer = api.call("GET", "/api/screenshot", query={"session": SHOP})
    assert (answer.status, answer.body["code"]) == (504, "no_answer")


def test_nobody_answers_within_eight_seconds(
    api: ApiClient, phone: MemoryPhone, world: World
) -> None:
    api.page = None
    before = world.clock.monotonic()
    answer = api.call("GET", "/api/screenshot", query={"session": SHOP})
    assert (answer.status, answer.body["code"]) == (504, "no_answer")
    waited = world.clock.monotonic() - before
    assert COMMAND_PATIENCE.total_seconds() <= waited < COMMAND_PATIENCE.total_seconds() + 1
    assert [hint.organization_id for _, hint in world.wake_ups.sent][-1] == SHOP


def test_a_line_that_does_not_run_is_not_waited_for(api: ApiClient, world: World) -> None:
    before = world.clock.monotonic()
    assert api.call("GET", "/api/screenshot", query={"session": OTHER}).status == 409
    assert world.clock.monotonic() == before


def test_a_contact_is_listed_read_and_changed(api: ApiClient, world: World) -> None:
    world.inbox.resolve(SHOP, Addresses(ChatId(CHAT), PHONE, LID, "Ann"), world.clock.now())
    listed = api.call("GET", "/api/contacts/all", query={"session": SHOP}).body
    assert listed == api.call("GET", "/api/shop/contacts").body
    (ann,) = listed
    assert (ann["id"], ann["number"], ann["lid"], ann["name"]) == (CHAT, PHONE, LID, "Ann")
    for address in (CHAT, LID):
        query = {"session": SHOP, "contactId": address}
        assert api.call("GET", "/api/contacts", query=query).body == ann
        assert api.call("GET", f"/api/shop/contacts/{address}").body == ann
    change = {"status": "QUALIFIED", "optedOut": True, "human": True}
    changed = api.call("PUT", f"/api/shop/contacts/{LID}", change).body
    assert (changed["status"], changed["optedOut"]) == ("QUALIFIED", True)
    assert changed["humanUntil"] is not None
    refused = api.call("PUT", f"/api/shop/contacts/{CHAT}", {"status": "NEW_LEAD"})
    assert refused.status == 409
    back = api.call("PUT", f"/api/shop/contacts/{CHAT}", {"optedOut": False, "human": False}).body
    assert (back["optedOut"], back["humanUntil"], back["status"]) == (False, None, "QUALIFIED")


def test_chats_and_contacts_can_be_paged_by_offset_as_wahas_clients_do(
    api: ApiClient, world: World
) -> None:
    for number in range(5):
        chat = f"1555000990{number}@c.us"
        body = {"session": SHOP, "chatId": chat, "text": "hello"}
        assert api.call("POST", "/api/sendText", body).status == 201
    everybody = [one["id"] for one in api.call("GET", "/api/shop/contacts").body]
    assert len(everybody) == 5
    for path in ("/api/shop/contacts", "/api/shop/chats", "/api/shop/chats/overview"):
        whole = [one["id"] for one in api.call("GET", path).body]
        parts = []
        for offset in ("0", "2", "4", "6"):
            page = api.call("GET", path, query={"limit": "2", "offset": offset}).body
            parts += [one["id"] for one in page]
        assert parts == whole
    for offset in ("-1", "x", "5001"):
        wrong = api.call("GET", "/api/shop/chats", query={"offset": offset})
        assert (wrong.status, wrong.body["field"]) == (422, "offset")


def test_a_message_has_wahas_words_for_who_wrote_it(api: ApiClient) -> None:
    body = {"session": SHOP, "chatId": CHAT, "text": "hello"}
    sent = api.call("POST", "/api/sendText", body).body
    assert (sent["source"], sent["writtenBy"]) == ("api", Source.API)
    assert (sent["to"], sent["chatId"], sent["ack"], sent["ackName"]) == (CHAT, CHAT, 0, "PENDING")


@pytest.mark.parametrize("name", ["keys", "chats", "sessions", "contacts", "lids"])
def test_a_line_cannot_be_called_like_a_part_of_a_route(api: ApiClient, name: str) -> None:
    answer = api.call("POST", "/api/sessions", {"name": name})
    assert (answer.status, answer.body["field"]) == (422, "name")
