"""A client made from WAHA's own OpenAPI document, unmodified, on the running stack."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.e2e.conftest import RunningStack
from waha import WahaClient
from waha.generated import models

from demo.scenario import until

ACCOUNT = "15550009821"
CUSTOMER = "15550009822"
CHAT = f"{CUSTOMER}@c.us"


@pytest.fixture
def client(stack: RunningStack) -> WahaClient:
    return WahaClient(stack.facts["api_url"], api_key=stack.admin_key, timeout=30)


def test_an_unmodified_waha_client_works_on_every_route_that_we_list(
    stack: RunningStack, client: WahaClient, unique: Callable[[str], str]
) -> None:
    name = unique("waha")
    assert models.PingResponse.model_validate(client.ping.ping()).message == "pong"
    _created_and_started(client, name)
    _linked_by_its_code(stack, client, name)
    stack.phone.ctl(op="msg", account=ACCOUNT, body="hello", **{"from": CHAT})
    lid = _chats_contacts_and_lids(client, name)
    _sent_and_seen(stack, client, name, lid)
    _stopped_logged_out_and_deleted(client, name)


def _created_and_started(client: WahaClient, name: str) -> None:
    config = models.SessionConfig(debug=False, metadata={"user.id": "7"}, webhooks=[])
    asked = models.SessionCreateRequest(name=name, start=False, config=config)
    created = models.SessionDTO.model_validate(client.sessions.create(asked))
    assert (created.name, created.status.value) == (name, "STOPPED")
    assert client.sessions.get_me(name) is None
    for _ in range(2):  # idempotent
        models.SessionDTO.model_validate(client.sessions.start(name))
    until(lambda: _info(client, name).status.value == "SCAN_QR_CODE", 60, "a QR")
    assert name in [models.SessionInfo.model_validate(one).name for one in client.sessions.list()]
    raw = client.auth.get_qr(name, params={"format": "raw"})
    assert models.QRCodeValue.model_validate(raw).value
    image = client.auth.get_qr(name, params={"format": "image"})
    assert models.Base64File.model_validate(image).mimetype == "image/png"


def _linked_by_its_code(stack: RunningStack, client: WahaClient, name: str) -> None:
    asked = models.RequestCodeRequest(phoneNumber=ACCOUNT)
    code = client.auth.request_code(name, asked)["code"]
    stack.phone.ctl(op="scan", code=code)
    until(lambda: _info(client, name).status.value == "WORKING", 60, "the link")
    me = models.MeInfo.model_validate(client.sessions.get_me(name))
    assert me.id == f"{ACCOUNT}@c.us"


def _chats_contacts_and_lids(client: WahaClient, name: str) -> str:
    until(lambda: client.chats.get_chats(name, params={"limit": 10, "offset": 0}), 30, "a chat")
    (chat,) = client.chats.get_chats(name)
    (overview,) = client.chats.get_chats_overview(name)
    assert models.ChatSummary.model_validate(overview).id == chat["id"]
    params = {"limit": 10, "downloadMedia": False}
    messages = client.chats.get_chat_messages(name, chat["id"], params=params)
    heard = [one for one in map(models.WAMessage.model_validate, messages) if not one.fromMe]
    assert [one.body for one in heard] == ["hello"]
    assert heard[0].to == f"{ACCOUNT}@c.us"
    (contact,) = client.contacts.get_all(params={"session": name})
    found = client.contacts.get(params={"session": name, "contactId": contact["id"]})
    assert found["number"] == CUSTOMER
    exists = client.contacts.check_exists(params={"session": name, "phone": CUSTOMER})
    assert exists == {"numberExists": True, "chatId": CHAT}
    pair = models.LidToPhoneNumber.model_validate(
        client.lids.find_lid_by_phone_number(name, CUSTOMER)
    )
    back = models.LidToPhoneNumber.model_validate(client.lids.find_pn_by_lid(name, pair.lid))
    assert (back.lid, back.pn) == (pair.lid, CHAT)
    assert [one["lid"] for one in client.lids.get_all(name)] == [pair.lid]
    return str(pair.lid)


def _sent_and_seen(stack: RunningStack, client: WahaClient, name: str, lid: str) -> None:
    chat = models.ChatRequest(chatId=CHAT, session=name)
    for act in (client.chatting.start_typing, client.chatting.stop_typing):
        assert act(chat) == {"success": True}
    asked = models.SendSeenRequest(chatId=lid, session=name)
    assert client.chatting.send_seen(asked) == {"success": True}
    assert client.chats.get_chats(name)[0]["unreadCount"] == 0
    text = models.MessageTextRequest(chatId=CHAT, text="good morning", session=name)
    sent = models.WAMessage.model_validate(client.chatting.send_text(text))
    assert (sent.fromMe, sent.source.value, sent.body) == (True, "api", "good morning")

    def acked() -> Any:
        messages = client.chats.get_chat_messages(name, CHAT)
        by_id = {one["id"]: one["ack"] for one in messages}
        return by_id[sent.id] == 3

    until(acked, 60, "the message to be read")
    wire = [one["id"] for one in stack.phone.sent(ACCOUNT) if one["body"] == "good morning"]
    assert wire == [sent.id.rpartition("_")[2]]
    shot = models.Base64File.model_validate(client.screenshot.screenshot({"session": name}))
    assert shot.mimetype == "image/jpeg"


def _stopped_logged_out_and_deleted(client: WahaClient, name: str) -> None:
    models.SessionDTO.model_validate(client.sessions.restart(name))
    until(lambda: _info(client, name).status.value == "WORKING", 60, "the restart")
    models.SessionDTO.model_validate(client.sessions.logout(name))
    until(lambda: _info(client, name).status.value == "SCAN_QR_CODE", 60, "a new QR")
    for _ in range(2):
        models.SessionDTO.model_validate(client.sessions.stop(name))
    until(lambda: _info(client, name).status.value == "STOPPED", 30, "the stop")
    for _ in range(2):
        client.sessions.delete(name)
    assert name not in [one["name"] for one in client.sessions.list()]


def _info(client: WahaClient, name: str) -> models.SessionInfo:
    return models.SessionInfo.model_validate(client.sessions.get(name))
