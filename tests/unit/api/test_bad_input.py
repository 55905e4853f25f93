"""What is wrong is refused with its name, on every route alike."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.world import World
from tests.unit.api.api_client import Answer, ApiClient
from tests.unit.api.conftest import OTHER, SHOP
from tests.unit.api.contract_walk import CHAT, Call, calls
from tests.unit.api.generated import body_schema

from switchboard.domain.addresses import Addresses
from switchboard.domain.ids import ChatId

SURROGATE = "\ud800"
WITH_BODY = [call for call in calls() if call.body is not None]
LISTINGS = [
    call for call in calls() if "cursor" in {one["name"] for one in call.operation["parameters"]}
]
BAD_CURSORS = ["x", "AAAA", "☃", "e30=", "W10=", "bnVsbA==", "W1tdLFtdXQ==", "a" * 3_000, " "]


def asked(api: ApiClient, call: Call, body: dict[str, Any] | None, **query: str) -> Answer:
    return api.call(call.method, call.path(SHOP), body, query={**call.queried(SHOP), **query})


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_an_unknown_field_is_named(api: ApiClient, call: Call) -> None:
    answer = asked(api, call, {**(call.sent(SHOP) or {}), "colour": "red"})
    assert (answer.status, answer.body["field"]) == (422, "colour")


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_a_field_of_another_type_is_named(api: ApiClient, call: Call) -> None:
    for name, schema in body_schema(call)["properties"].items():
        for wrong in ({"a": []}, [1], 1.5, "\x00", True, 10**12):
            if Draft202012Validator(schema).is_valid(wrong):
                continue  # or taken and not used, as WAHA's own are
            answer = asked(api, call, {**(call.sent(SHOP) or {}), name: wrong})
            assert answer.status == 422, (name, wrong, answer)
            assert answer.body["field"].startswith(name), (name, wrong, answer)


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_each_required_field_is_missed_by_name(api: ApiClient, call: Call) -> None:
    body = call.sent(SHOP) or {}
    for name in body_schema(call).get("required", []):
        less = {key: value for key, value in body.items() if key != name}
        answer = asked(api, call, less)
        assert (answer.status, answer.body["field"]) == (422, name)


@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_a_body_too_large_or_no_json_object_is_refused(api: ApiClient, call: Call) -> None:
    path, query = call.path(SHOP), call.queried(SHOP)
    for raw, status in ((b" " * 1_000_001, 413), (b"[1]", 400), (b"{", 400), (b'{"a":NaN}', 400)):
        assert api.call(call.method, path, raw=raw, query=query).status == status


@pytest.mark.parametrize("name", ["text", "handOffText", "phrasings[0]", "answer"])
def test_text_that_is_no_unicode_is_named(api: ApiClient, name: str) -> None:
    entry = {"phrasings": ["when?"], "answer": "at nine"}
    requests: dict[str, tuple[str, str, dict[str, Any]]] = {
        "text": ("POST", "/api/sendText", {"session": SHOP, "chatId": CHAT, "text": SURROGATE}),
        "handOffText": ("PUT", "/api/shop/settings", {"handOffText": SURROGATE}),
        "phrasings[0]": ("PUT", "/api/shop/knowledge/a", {**entry, "phrasings": [SURROGATE]}),
        "answer": ("PUT", "/api/shop/knowledge/a", {**entry, "answer": SURROGATE}),
    }
    method, path, body = requests[name]
    answer = api.call(method, path, raw=json.dumps(body).encode())
    assert (answer.status, answer.body["field"]) == (422, name)


@pytest.mark.parametrize("call", LISTINGS, ids=str)
def test_a_cursor_that_this_listing_did_not_give_is_refused(
    api: ApiClient, world: World, call: Call
) -> None:
    world.inbox.resolve(SHOP, Addresses(ChatId(CHAT)), world.clock.now())
    for number in range(3):
        api.call("POST", "/api/keys", {})
        api.call("POST", "/api/keys", {"session": SHOP})
        chat = f"1555000991{number}@c.us"
        api.call("POST", "/api/sendText", {"session": OTHER, "chatId": chat, "text": "x"})
    foreign = api.call("GET", "/api/other/chats", query={"limit": "1"}).headers["x-next-cursor"]
    for cursor in (*BAD_CURSORS, foreign):
        answer = asked(api, call, None, cursor=cursor)
        assert (answer.status, answer.body.get("field")) == (422, "cursor"), (cursor, answer)


@pytest.mark.parametrize("key", ["", "x" * 201, "a\r\nX-Injected: 1", "a\x00", "\x7f"])
def test_an_idempotency_key_is_short_and_printable(api: ApiClient, key: str) -> None:
    api.headers = {"idempotency-key": key}
    answer = api.call("POST", "/api/sendText", {"session": SHOP, "chatId": CHAT, "text": "x"})
    assert (answer.status, answer.body["field"]) == (422, "Idempotency-Key")
    assert not [name for name in answer.headers if "injected" in name.lower()]


@pytest.mark.parametrize("name", ["Ünï", "☃", "a b", "-a", "a-", "x" * 65, "a%0d%0ab", ""])
def test_a_line_s_name_is_plain(api: ApiClient, name: str) -> None:
    answer = api.call("POST", "/api/sessions", {"name": name})
    assert (answer.status, answer.body["field"]) == (422, "name")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/shop/chats/☃/messages", "chatId"),
        ("/api/shop/chats/a%0d%0aX-Injected%3a1/messages", "chatId"),
        ("/api/shop/contacts/Ünï", "chatId"),
        ("/api/shop/lids/☃", "lid"),
        ("/api/shop/lids/pn/☃", "phone"),
        ("/api/Ünï/chats", "session"),
        ("/api/messages/☃?", "id"),
    ],
)
def test_unicode_and_line_ends_in_ids_are_refused(api: ApiClient, path: str, field: str) -> None:
    answer = api.call("GET", path, query={"session": SHOP})
    assert (answer.status, answer.body["field"]) == (422, field)


def test_a_proxy_is_refused_rather_than_ignored(api: ApiClient) -> None:
    for proxy, status in (({"server": "proxy.example:3128"}, 422), (None, 200)):
        answer = api.call("PUT", "/api/sessions/shop", {"config": {"proxy": proxy}})
        assert answer.status == status
        assert answer.body.get("field") == ("config.proxy" if status == 422 else None)


@pytest.mark.parametrize("deep", [60, 980, 9_000, 100_000])
@pytest.mark.parametrize("call", WITH_BODY, ids=str)
def test_a_body_nested_too_deep_is_refused(api: ApiClient, call: Call, deep: int) -> None:
    for inner in ("[" * deep + "]" * deep, '{"a":' * deep + "1" + "}" * deep):
        sent = json.dumps({**(call.sent(SHOP) or {}), "mentions": 0})
        raw = sent.replace('"mentions": 0', f'"mentions": {inner}').encode()
        answer = api.call(call.method, call.path(SHOP), raw=raw, query=call.queried(SHOP))
        assert answer.status == 400, answer.status
        assert answer.body["field"] == "body"


def test_a_long_name_of_a_field_is_not_told_whole(api: ApiClient) -> None:
    name = "x" * 200_000
    answer = api.call("POST", "/api/keys", {name: 1})
    assert answer.status == 422
    assert answer.body["field"].startswith("xxx")
    assert len(json.dumps(answer.body)) < 1_000
