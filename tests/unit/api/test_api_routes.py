"""The API over the memory adapters: what each route answers, and how it refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.support.builders import GROUP, incoming, person
from tests.support.world import BACKENDS, World
from tests.support.world import world as a_world
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import OTHER, SHOP

from switchboard.application.event_payloads import message_payload
from switchboard.domain.host import Host
from switchboard.domain.ids import ChatId, HostId
from switchboard.domain.keys import key_hash
from switchboard.domain.session import HOST_LOST_AFTER, Account, Reason, SessionState, SessionStatus

CHAT = ChatId("15550009901@c.us")


def send(api: ApiClient, **changes: object) -> Any:
    body = {"session": SHOP, "chatId": CHAT, "text": "hello", **changes}
    return api.call("POST", "/api/messages", body)


def show_qr(world: World) -> None:
    now = world.clock.now()
    world.hosts.register(Host(HostId("host"), "queue", 1, now, 8))
    lease = world.sessions.acquire(SHOP, HostId("host"), "queue", now)
    state = SessionState(
        SessionStatus.WAITING_QR,
        Reason.SCAN_QR,
        qr_code="2@ref,key",
        qr_number=1,
        qr_expires_at=now + timedelta(seconds=60),
    )
    world.sessions.record(lease, state, now)


def test_a_line_is_created_read_changed_and_deleted(api: ApiClient) -> None:
    changed = api.call("PUT", "/api/sessions/shop", {"config": {"limits": {"perMinute": 7}}})
    assert changed.body["config"]["limits"]["perMinute"] == 7
    assert api.call("GET", "/api/sessions/shop").body["config"] == changed.body["config"]
    assert [each["name"] for each in api.call("GET", "/api/sessions").body] == [OTHER, SHOP]
    assert api.call("DELETE", "/api/sessions/shop").status < 300
    assert api.call("GET", "/api/sessions/shop").status == 404


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_with_what_a_person_can_do(
    api: ApiClient, world: World, reason: Reason
) -> None:
    now = world.clock.now()
    lease = world.sessions.acquire(SHOP, HostId("host"), "queue", now)
    world.sessions.release(lease, SessionStatus.DISCONNECTED, reason, now)
    answer = api.call("GET", "/api/sessions/shop")
    assert (answer.status, answer.body["reason"]) == (200, reason.value)
    assert answer.body["reasonText"]
    assert answer.body["nextStep"]


def test_the_qr_is_an_image_raw_or_json(api: ApiClient, world: World) -> None:
    assert api.call("GET", "/api/shop/auth/qr").status == 409
    show_qr(world)
    api.headers = {"accept": "*/*"}
    image = api.call("GET", "/api/shop/auth/qr")
    assert image.headers["content-type"] == "image/png"
    assert image.body.startswith(b"\x89PNG")
    raw = api.call("GET", "/api/shop/auth/qr", query={"format": "raw"})
    assert raw.body == {"value": "2@ref,key"}
    api.headers = {"accept": "application/json"}
    assert api.call("GET", "/api/shop/auth/qr").body["mimetype"] == "image/png"


def test_the_qr_of_a_dead_host_is_not_handed_out(api: ApiClient, world: World) -> None:
    show_qr(world)
    api.headers = {"accept": "application/json"}
    assert api.call("GET", "/api/shop/auth/qr").status == 200
    world.clock.advance(HOST_LOST_AFTER + timedelta(seconds=1))
    assert api.call("GET", "/api/shop/auth/qr").status == 409


@pytest.mark.parametrize("kind", ["chat", "vcard", "location", "image"])
def test_a_message_has_media_here_when_its_event_says_so(
    api: ApiClient, world: World, kind: str
) -> None:
    contact = person(world, SHOP, CHAT)
    message = replace(incoming(world, contact, 1), type=kind)
    world.inbox.receive(contact, message, answerable=False)
    (shown,) = api.call("GET", f"/api/shop/chats/{CHAT}/messages").body
    assert shown["hasMedia"] is (kind == "image")
    assert message_payload(message, Account())["hasMedia"] is shown["hasMedia"]


def test_a_groups_message_names_who_wrote_it(api: ApiClient, world: World) -> None:
    group = person(world, SHOP, GROUP)
    key = f"false_{GROUP}_3A01_{CHAT}"
    message = replace(incoming(world, group, 1), whatsapp_message_id=key)
    world.inbox.receive(group, message, answerable=False)
    (shown,) = api.call("GET", f"/api/shop/chats/{GROUP}/messages").body
    assert shown["participant"] == CHAT


def test_the_id_that_a_send_answers_finds_its_message(api: ApiClient, world: World) -> None:
    text = {"session": SHOP, "chatId": CHAT, "text": "hello"}
    sent = api.call("POST", "/api/sendText", text).body
    assert sent["id"].startswith("true_")
    mine = {"session": SHOP}
    for name in (sent["id"], sent["messageId"]):
        assert api.call("GET", f"/api/messages/{name}", query=mine).body["id"] == sent["id"]
    by_lid = f"true_111110001111@lid_{sent['id'].rpartition('_')[2]}"
    assert api.call("GET", f"/api/messages/{by_lid}", query=mine).body["id"] == sent["id"]
    contact = person(world, SHOP)
    theirs = incoming(world, contact, 1)
    assert world.inbox.receive(contact, theirs, answerable=False)
    heard = api.call("GET", f"/api/messages/{theirs.whatsapp_message_id}", query=mine)
    assert heard.body["messageId"] == theirs.id
    assert api.call("DELETE", f"/api/messages/{sent['id']}", query=mine).status == 204
    assert api.call("GET", f"/api/messages/{sent['id']}", query=mine).body["state"] == "CANCELLED"
    assert api.call("GET", f"/api/messages/true_{CHAT}_3EB0", query=mine).status == 404
    unknown = api.call("GET", "/api/messages/true_nobody", query=mine)
    assert (unknown.status, unknown.body["field"]) == (422, "id")


@pytest.mark.parametrize("text", ["🎉👩‍👩‍👧", "שלום עולם", "x" * 65_536, "a\nb"])
def test_text_comes_back_as_it_was_sent(api: ApiClient, text: str) -> None:
    message = send(api, text=text)
    assert message.status == 202
    read = api.call("GET", f"/api/messages/{message.body['id']}", query={"session": SHOP})
    assert (read.body["body"], read.body["state"]) == (text, "QUEUED")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", " \n"),
        ("text", "x" * 70_000),
        ("text", "\x00"),
        ("text", 5),
        ("chatId", "12"),
        ("chatId", "abc@c.us"),
        ("chatId", None),
        ("priority", "first"),
        ("sendAt", "tomorrow"),
        ("sendAt", "2026-01-01T10:00:00"),
        ("sendAt", "9999-12-31T23:59:59+00:00"),
        ("expiresAt", "2020-01-01T00:00:00Z"),
        ("colour", "red"),
        ("session", "No Such Name!"),
    ],
)
def test_a_wrong_field_is_named(api: ApiClient, field: str, value: object) -> None:
    answer = send(api, **{field: value})
    assert (answer.status, answer.body.get("field")) == (422, field), answer.body
    assert answer.body["message"]
    assert answer.body["requestId"] == "request-1"


@pytest.mark.parametrize("raw", [b"{not json", b"[1]", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_a_json_object_is_refused(api: ApiClient, raw: bytes) -> None:
    answer = api.call("POST", "/api/messages", raw=raw)
    assert (answer.status, answer.body["field"]) == (400, "body")


def test_a_body_of_more_than_a_megabyte_is_too_large(api: ApiClient) -> None:
    assert api.call("POST", "/api/messages", raw=b" " * 1_000_001).status == 413


def test_what_is_not_json_by_its_type_is_refused(api: ApiClient) -> None:
    api.headers = {"content-type": "text/plain"}
    answer = send(api)
    assert (answer.status, answer.body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "²", "9" * 5000])
def test_a_page_has_1_to_100_items(api: ApiClient, limit: str) -> None:
    answer = api.call("GET", "/api/shop/chats", query={"limit": limit})
    assert (answer.status, answer.body["field"]) == (422, "limit")


@pytest.mark.parametrize("cursor", ["x", "AAAA", "☃", "e30=", "W10="])
def test_a_cursor_that_was_not_given_is_refused(api: ApiClient, cursor: str) -> None:
    answer = api.call("GET", "/api/shop/chats", query={"cursor": cursor})
    assert (answer.status, answer.body["field"]) == (422, "cursor")


def test_an_idempotency_key_makes_a_repetition_the_same_message(api: ApiClient) -> None:
    api.headers = {"idempotency-key": "order-1"}
    first, again = send(api), send(api)
    assert first.body["id"] == again.body["id"]
    assert send(api, text="another").status == 409


def test_the_outbox_is_shown_in_sending_order(api: ApiClient) -> None:
    sent = [
        send(api, chatId=f"1555000990{number}@c.us", priority=priority).body["id"]
        for number, priority in enumerate(["bulk", "normal", "urgent"])
    ]
    view = api.call("GET", "/api/shop/outbox").body
    assert [item["messageId"] for item in view["items"]] == sent[::-1]
    assert [item["position"] for item in view["items"]] == [1, 2, 3]
    assert (view["total"], view["byPriority"]["urgent"]) == (3, 1)
    assert api.call("DELETE", f"/api/messages/{sent[0]}", query={"session": SHOP}).status == 204
    assert api.call("GET", "/api/shop/outbox").body["total"] == 2


def test_a_key_is_made_listed_rotated_and_revoked(api: ApiClient, world: World) -> None:
    made = api.call("POST", "/api/keys", {"session": SHOP, "access": "read"}).body
    assert world.keys.find(key_hash(made["key"])).organization_id == SHOP
    query = {"session": SHOP}
    rotated = api.call("POST", f"/api/keys/{made['id']}/rotate", query=query)
    assert (rotated.status, rotated.body["access"]) == (201, "read")
    assert world.keys.find(key_hash(made["key"])).revoked_at is not None
    assert api.call("DELETE", f"/api/keys/{rotated.body['id']}", query=query).body["revokedAt"]
    listed = api.call("GET", "/api/keys", query=query).body
    assert {each["id"] for each in listed} == {made["id"], rotated.body["id"]}
    assert not [each for each in listed if "key" in each or "hash" in each]


def test_a_restart_of_a_running_line_answers_starting_and_wakes_its_owner(
    api: ApiClient, world: World
) -> None:
    show_qr(world)
    world.hosts.register(Host(HostId("host"), "queue", 1, world.clock.now(), 8))
    answer = api.call("POST", "/api/sessions/shop/restart")
    assert (answer.status, answer.body["state"]) == (201, "STARTING")
    assert answer.body["wanted"] == "RUNNING"
    assert [(url, hint.organization_id) for url, hint in world.wake_ups.sent] == [("queue", SHOP)]


def test_a_message_may_expire_without_being_scheduled(api: ApiClient) -> None:
    now = datetime.now(UTC)
    later = (now + timedelta(hours=1)).isoformat()
    assert send(api, expiresAt=later).status == 202
    assert send(api, expiresAt=later, sendAt=(now + timedelta(minutes=1)).isoformat()).status == 202
    assert send(api, expiresAt=later, sendAt=later).body["field"] == "expiresAt"


def test_a_revoked_key_cannot_be_rotated(api: ApiClient, world: World) -> None:
    made = api.call("POST", "/api/keys", {"session": SHOP}).body
    api.call("DELETE", f"/api/keys/{made['id']}", query={"session": SHOP})
    world.advance(seconds=1)
    again = api.call("POST", f"/api/keys/{made['id']}/rotate", query={"session": SHOP})
    assert (again.status, again.body["code"]) == (409, "conflict")
    assert len(api.call("GET", "/api/keys", query={"session": SHOP}).body) == 1


def test_no_cache_keeps_a_key(api: ApiClient) -> None:
    made = api.call("POST", "/api/keys", {"session": SHOP})
    path = f"/api/keys/{made.body['id']}/rotate"
    rotated = api.call("POST", path, query={"session": SHOP})
    assert made.headers["cache-control"] == rotated.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_line_under_a_deleted_ones_name_inherits_nothing(backend: str) -> None:
    with a_world(backend) as w:
        api = ApiClient(w)
        api.call("POST", "/api/sessions", {"name": SHOP, "start": False})
        made = api.call("POST", "/api/keys", {"session": SHOP}).body
        for number in range(30):
            send(api, chatId=f"155500099{number:02d}@c.us")
            send(api, chatId=f"155500099{number:02d}@c.us")
        api.call("PUT", "/api/shop/knowledge/a", {"phrasings": ["q"], "answer": "old"})
        assert api.call("DELETE", "/api/sessions/shop").status == 204
        assert w.keys.find(key_hash(made["key"])).revoked_at, "at once"
        again = api.call("POST", "/api/sessions", {"name": SHOP, "start": False})
        assert again.status == 201
        for listing in ("chats", "contacts", "knowledge", "dead-letters"):
            assert api.call("GET", f"/api/shop/{listing}").body == [], listing
        assert api.call("GET", f"/api/shop/chats/{CHAT}/messages").status == 404
        assert api.call("GET", "/api/keys", query={"session": SHOP}).body == []
        assert w.keys.find(key_hash(made["key"])) is None


def test_a_deleted_lines_name_is_not_free_while_its_owner_lets_go(
    api: ApiClient, world: World
) -> None:
    show_qr(world)
    api.call("DELETE", "/api/sessions/shop")
    again = api.call("POST", "/api/sessions", {"name": SHOP, "start": False})
    assert (again.status, again.body["code"]) == (409, "conflict")
