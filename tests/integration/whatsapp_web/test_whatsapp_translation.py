"""The state machine between page and host, without a browser."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from browser_host.whatsapp_web.bridge import PageBridge
from browser_host.whatsapp_web.event_stream import EventStream
from browser_host.whatsapp_web.injection import BINDING
from browser_host.whatsapp_web.raw_event import RawEvent
from browser_host.whatsapp_web.translation import Translator
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import (
    LoginEnded,
    PageGone,
    Paired,
    QrShown,
    Ready,
    Restricted,
    SocketChanged,
)

SECOND = timedelta(seconds=1)
ACCOUNT = {
    "phone": "15550001111",
    "lid": None,
    "push_name": None,
    "web_version": "2.3000.1",
    "wa_js_version": "4.6.0",
}


def state(mode: str, socket: str, **changes: Any) -> dict[str, Any]:
    return {
        "loaded": True,
        "mode": mode,
        "socket": socket,
        "authenticated": False,
        "full_ready": True,
        **changes,
    }


MAIN = state("MAIN", "CONNECTED", authenticated=True, missing=[], account=ACCOUNT)


def translated(*raws: tuple[str, Any]) -> list[Any]:
    translator = Translator(SystemClock())
    events = []
    for seq, (kind, value) in enumerate(raws, 1):
        events += translator.translate(RawEvent("boot", seq, kind, value))
    return events


def kinds(events: list[Any]) -> list[type]:
    return [type(event) for event in events]


def test_full_ready_on_the_qr_page_is_not_ready() -> None:
    assert kinds(translated(("state", state("QR", "UNPAIRED")))) == [SocketChanged]


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "SYNCING"},
        {"authenticated": False},
        {"full_ready": False},
    ],
)
def test_ready_needs_all_three_signs(changes: dict[str, Any]) -> None:
    assert Ready not in kinds(translated(("state", {**MAIN, **changes})))


def test_ready_is_told_once_however_often_the_state_is_reported() -> None:
    events = translated(("state", MAIN), ("state", MAIN))
    assert kinds(events) == [Ready, SocketChanged]


def test_a_resume_is_not_a_pairing() -> None:
    assert Paired not in kinds(translated(("boot", None), ("state", MAIN)))


def test_a_scan_pairs_even_if_the_page_reloads_in_between() -> None:
    events = translated(("code", "2@a"), ("boot", None), ("state", MAIN))
    assert kinds(events) == [QrShown, Paired, Ready, SocketChanged]


def test_the_same_code_again_is_no_new_one() -> None:
    events = translated(("code", "2@a"), ("code", "2@a"), ("code", "2@b"))
    assert [event.number for event in events] == [1, 2]


def test_a_connected_socket_is_told_when_the_stream_is_main() -> None:
    lost = state("MAIN", "TIMEOUT", authenticated=True, missing=[], account=ACCOUNT)
    syncing = state("SYNCING", "CONNECTED", authenticated=True)
    events = translated(("state", MAIN), ("state", lost), ("state", syncing), ("state", MAIN))
    told = [event.state for event in events if isinstance(event, SocketChanged)]
    assert told == ["CONNECTED", "TIMEOUT", "SYNCING", "CONNECTED"]
    assert kinds(events).count(Ready) == 1


def test_a_page_that_reloads_is_connected_only_when_it_is_ready_again() -> None:
    lost = state("MAIN", "TIMEOUT", authenticated=True, missing=[], account=ACCOUNT)
    loading = {**MAIN, "full_ready": False}
    after = ("boot", None), ("state", loading), ("state", MAIN)
    events = translated(("state", MAIN), ("state", lost), *after)
    told = [event.state if isinstance(event, SocketChanged) else type(event) for event in events]
    assert told == [Ready, "CONNECTED", "TIMEOUT", Ready, "CONNECTED"]


def test_a_login_ends_once_with_the_first_reason() -> None:
    out = ("logout", {"reason": "account_locked"})
    after_reload = ("logout", {"reason": "unknown"})
    events = translated(("state", MAIN), out, ("boot", None), after_reload)
    assert [event.reason for event in events if isinstance(event, LoginEnded)] == ["account_locked"]


def test_a_login_that_vanished_silently_has_ended() -> None:
    events = translated(("state", MAIN), ("state", state("QR", "UNPAIRED")))
    assert events[-2:] == [LoginEnded("unknown"), SocketChanged("UNPAIRED")]


def test_a_second_login_can_end_too() -> None:
    out = ("logout", {"reason": "user_initiated"})
    events = translated(("state", MAIN), out, ("boot", None), ("code", "2@a"), ("state", MAIN), out)
    assert kinds(events).count(LoginEnded) == 2


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (1_800_000_000, datetime.fromtimestamp(1_800_000_000, UTC)),
        (1_800_000_000_000, datetime.fromtimestamp(1_800_000_000, UTC)),
        (1, None),
        (None, None),
        ("soon", None),
        (1e18, None),
        (float("nan"), None),
    ],
)
def test_the_end_of_a_ban_is_read_in_either_unit(stamp: Any, expected: datetime | None) -> None:
    [event] = translated(("banned", {"code": 101, "expires": stamp}))
    assert event == Restricted("temporary_ban", "101", expected)


def test_a_page_without_its_message_modules_is_gone() -> None:
    assert kinds(translated(("state", {**MAIN, "missing": ["MsgKey"]})))[-1] is PageGone


@pytest.mark.parametrize("chat", ["status@broadcast", "1@newsletter", "x", ""])
def test_a_message_of_an_unknown_chat_is_left_out(chat: str) -> None:
    raw = {"id": "false_15551234567@c.us_AABBCCDD", "chat": chat, "from_me": False, "t": 1}
    rest = dict.fromkeys(("phone", "lid", "author", "body", "type", "push_name"))
    assert not translated(("message", {**raw, **rest}))


@pytest.mark.parametrize("missing", ["loaded", "mode", "socket", "authenticated"])
def test_a_state_that_lacks_a_word_is_left_out(missing: str) -> None:
    half = {key: value for key, value in MAIN.items() if key != missing}
    assert not any(kind is Ready for kind in kinds(translated(("state", half))))
    assert Ready in kinds(translated(("state", half), ("state", MAIN)))


def test_an_unknown_kind_is_left_out() -> None:
    assert not translated(("tomorrow's news", {}))


class PageWithEvents:
    """The page's side of the bridge: answers `reconcile` from what it emitted."""

    def __init__(self) -> None:
        self.emitted: list[dict[str, Any]] = []

    def emit(self, boot: str, kind: str) -> dict[str, Any]:
        seq = 1 + sum(event["boot"] == boot for event in self.emitted)
        event = {"boot": boot, "seq": seq, "kind": kind, "value": None}
        self.emitted.append(event)
        return {"name": BINDING, "payload": json.dumps(event)}

    async def evaluate(self, _call: str, argument: list[Any]) -> dict[str, Any]:
        boot = self.emitted[-1]["boot"]
        known = argument[1]
        after = known["seq"] if known["boot"] == boot else 0
        missed = [e for e in self.emitted if e["boot"] == boot and e["seq"] > after]
        last = self.emitted[-1]["seq"]
        return {"value": {"boot": boot, "seq": last, "events": missed, "state": {"loaded": False}}}


async def test_a_lost_event_is_fetched_and_the_order_kept() -> None:
    page, taken = PageWithEvents(), []
    bridge = PageBridge(page, lambda raw: taken.append(raw.kind))  # type: ignore[arg-type]
    bridge.called(page.emit("one", "a"))
    page.emit("one", "lost")
    bridge.called(page.emit("one", "c"))
    assert (taken, bridge.behind.is_set()) == (["a"], True)
    await bridge.reconcile(within=SECOND)
    bridge.called(page.emit("one", "d"))
    assert [kind for kind in taken if kind != "state"] == ["a", "lost", "c", "d"]


async def test_a_reload_starts_a_new_count_and_repeats_are_dropped() -> None:
    page, taken = PageWithEvents(), []
    bridge = PageBridge(page, lambda raw: taken.append(raw.kind))  # type: ignore[arg-type]
    first = page.emit("one", "a")
    bridge.called(first)
    bridge.called(first)
    bridge.called(page.emit("two", "b"))
    bridge.called({"name": BINDING, "payload": "not JSON"})
    bridge.called({"name": "another", "payload": "{}"})
    assert taken == ["a", "b"]


async def test_page_gone_is_the_last_event_and_comes_once() -> None:
    stream = EventStream()
    for event in (Paired(), PageGone("first"), PageGone("second"), Paired()):
        stream.put(event)
    assert [event async for event in stream.read()] == [Paired(), PageGone("first")]
    assert [event async for event in stream.read()] == []
