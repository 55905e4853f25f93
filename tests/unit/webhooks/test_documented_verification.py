"""The code of docs/webhooks.md, run: it takes what we send, once, and nothing else."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.builders import A
from tests.support.webhooks import RECEIVER, REFUSED, Workers, delivery
from tests.support.world import World, memory_world

from switchboard.adapters.memory.receiver_door import OK, Posted

DOCUMENT = Path(__file__).parents[3] / "docs/webhooks.md"
KEY = RECEIVER.hmac_key


def documented() -> dict[str, Any]:
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the document's own code
    return names


DOCUMENTED = documented()
accept, Refused = DOCUMENTED["accept"], DOCUMENTED["Refused"]


@pytest.fixture
def w() -> World:
    w = memory_world()
    w.receivers.replace(A, [RECEIVER])
    return w


def posted(w: World) -> Posted:
    workers = Workers(w)
    workers.deliver(delivery(w))
    return workers.door.posted[-1]


def now(w: World) -> float:
    return float(w.clock.now().timestamp())


def test_what_we_send_is_accepted_once(w: World) -> None:
    request, seen = posted(w), set()
    assert accept(request.headers, request.body, KEY, seen, now(w)) is True
    assert accept(request.headers, request.body, KEY, seen, now(w)) is False


def test_a_second_attempt_is_signed_anew_and_known_by_its_key(w: World) -> None:
    workers, seen = Workers(w), set()
    workers.door.answers = lambda _: REFUSED
    workers.deliver(delivery(w))
    workers.door.answers = lambda _: OK
    w.advance(seconds=3)
    workers.drain_due()
    first, second = workers.door.posted
    assert first.headers["X-Webhook-Timestamp"] != second.headers["X-Webhook-Timestamp"]
    assert first.headers["X-Webhook-Request-Id"] != second.headers["X-Webhook-Request-Id"]
    assert accept(first.headers, first.body, KEY, seen, now(w)) is True
    assert accept(second.headers, second.body, KEY, seen, now(w)) is False


HEADERS = ("X-Webhook-Timestamp", "X-Webhook-Hmac")


@pytest.mark.parametrize("value", [None, "", "0" * 128, "\u00e9", "\udcff", "12x"])
@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_is_missing_or_broken_is_refused(
    w: World, name: str, value: str | None
) -> None:
    request = posted(w)
    headers = {**request.headers, name: value}
    if value is None:
        del headers[name]
    with pytest.raises(Refused):
        accept(headers, request.body, KEY, set(), now(w))


def test_headers_may_come_in_any_case(w: World) -> None:
    request = posted(w)
    lower = {name.lower(): value for name, value in request.headers.items()}
    assert accept(lower, request.body, KEY, set(), now(w)) is True


@pytest.mark.parametrize("part", ["body", "timestamp", "signature", "no signature", "key"])
def test_a_tampered_request_is_refused(w: World, part: str) -> None:
    request = posted(w)
    headers, body, key = dict(request.headers), request.body, KEY
    match part:
        case "body":
            body = body.replace(b'"number":1', b'"number":2')
            assert body != request.body
        case "timestamp":
            headers["X-Webhook-Timestamp"] = str(int(headers["X-Webhook-Timestamp"]) + 1)
        case "signature":
            headers["X-Webhook-Hmac"] = "0" * 128
        case "no signature":
            del headers["X-Webhook-Hmac"]
        case "key":
            key = "another"
    with pytest.raises(Refused):
        accept(headers, body, key, set(), now(w))


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_a_replay_is_refused_by_its_time(w: World, late: timedelta) -> None:
    request = posted(w)
    with pytest.raises(Refused, match="old"):
        accept(request.headers, request.body, KEY, set(), now(w) + late.total_seconds())


@pytest.mark.parametrize("key", ["the same", "evt_another", None])
def test_a_replay_in_time_is_known_whatever_its_unsigned_key_says(
    w: World, key: str | None
) -> None:
    request, seen = posted(w), set()
    assert accept(request.headers, request.body, KEY, seen, now(w))
    headers = dict(request.headers)
    if key is None:
        del headers["X-Webhook-Idempotency-Key"]
    elif key != "the same":
        headers["X-Webhook-Idempotency-Key"] = key
    assert accept(headers, request.body, KEY, seen, now(w) + 200) is False


def test_the_algorithm_is_named_and_there_is_no_signature_without_a_key(w: World) -> None:
    assert posted(w).headers["X-Webhook-Hmac-Algorithm"] == "sha512"
    from dataclasses import replace

    w.receivers.replace(A, [replace(RECEIVER, hmac_key=None)])
    assert not [name for name in posted(w).headers if "hmac" in name.lower()]
