"""The API over the memory adapters: what each route answers, and how it refuses."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.world import World
from tests.unit.api.api_client import ApiClient, matched, routes
from tests.unit.api.conftest import OTHER, SHOP

from switchboard.domain.ids import HostId
from switchboard.domain.keys import key_hash
from switchboard.domain.session import Reason, SessionState, SessionStatus

CHAT = "15550009901@c.us"


def send(api: ApiClient, **changes: object) -> Any:
    body = {"session": SHOP, "chatId": CHAT, "text": "hello", **changes}
    return api.call("POST", "/api/messages", body)


def show_qr(world: World) -> None:
    now = world.clock.now()
    lease = world.sessions.acquire(SHOP, HostId("host"), "queue", now)
    state = SessionState(
        SessionStatus.WAITING_QR,
        Reason.SCAN_QR,
        qr_code="2@ref,key",
        qr_number=1,
        qr_expires_at=now + timedelta(seconds=60),
    )
    world.sessions.record(lease, state, now)


def filled(route: str, session: str) -> str:
    values = {"session": session, "message": "0" * 26, "chat": CHAT, "file": "index.html"}
    values |= {"entry": "hours", "key": "k1"}
    for name, value in values.items():
        route = route.replace(f"{{{name}}}", value)
    return route


def test_a_line_is_created_read_changed_and_deleted(api: ApiClient) -> None:
    changed = api.call("PUT", "/api/sessions/shop", {"config": {"limits": {"perMinute": 7}}})
    assert changed.body["config"]["limits"]["perMinute"] == 7
    assert api.call("GET", "/api/sessions/shop").body["config"] == changed.body["config"]
    assert [each["name"] for each in api.call("GET", "/api/sessions").body] == [OTHER, SHOP]
    assert api.call("DELETE", "/api/sessions/shop").status < 300
    assert api.call("GET", "/api/sessions/shop").status == 404


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


def test_an_organizations_key_lists_its_own_line_only(world: World, api: ApiClient) -> None:
    own = ApiClient(world, SHOP)
    assert [each["name"] for each in own.call("GET", "/api/sessions").body] == [SHOP]
    assert own.call("POST", "/api/sessions", {"name": "third"}).status == 403
    assert own.call("POST", "/api/keys", {}).status == 403


@pytest.mark.parametrize(("method", "route"), [r for r in routes() if "{session}" in r[1]])
def test_another_organizations_line_looks_like_a_missing_one(
    world: World, api: ApiClient, method: str, route: str
) -> None:
    own = ApiClient(world, SHOP)
    theirs = own.call(method, filled(route, OTHER), {})
    missing = own.call(method, filled(route, "nobody"), {})
    assert theirs.status == 404
    assert (theirs.status, theirs.body) == (missing.status, missing.body)


@pytest.mark.parametrize(("method", "route"), [r for r in routes() if r[0] != "GET"])
def test_a_key_that_may_read_changes_nothing(
    world: World, api: ApiClient, method: str, route: str
) -> None:
    reader = ApiClient(world, SHOP, access="read")
    body = {"session": SHOP, "chatId": CHAT, "text": "x", "name": SHOP}
    answer = reader.call(method, filled(route, SHOP), body, query={"session": SHOP})
    assert (answer.status, answer.body["code"]) == (403, "forbidden")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ["session", "chatId", "text", "priority", "sendAt", "name", "start", "config", "active"]
FIELDS += ["on", "phrasings", "answer", "phoneNumber", "access", "expiresAt", "limits", "agent"]
BODIES = st.dictionaries(st.sampled_from(FIELDS), ANYTHING | st.just(SHOP) | st.just(CHAT))
QUERIES = st.dictionaries(
    st.sampled_from(["session", "limit", "cursor", "format"]),
    st.text(max_size=20) | st.just(SHOP),
    max_size=3,
)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(routes()), st.sampled_from([SHOP, "nobody", "Ünknown", "a b"]), BODIES, QUERIES
)
def test_no_request_is_answered_with_a_fault_of_ours(
    api: ApiClient,
    target: tuple[str, str],
    session: str,
    body: dict[str, Any],
    query: dict[str, str],
) -> None:
    method, route = target
    path = filled(route, session)
    if matched(path)[0] != route:
        return
    if route.endswith(("/request-code", "/logout")):
        return  # they wait for a host; the end to end tests have one
    answer = api.call(method, path, body, query=query)
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert {"code", "message", "requestId"} <= answer.body.keys()
        assert "Traceback" not in str(answer.body)
