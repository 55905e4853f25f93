import asyncio
import time
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from tests.integration.whatsapp_web.followed_page import (
    CUSTOMER,
    NUMBER,
    FollowedPage,
    linked,
    wa_hex,
)
from tests.support.simulator import RunningSimulator

from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import MessageSeen, Ready, SocketChanged
from switchboard.domain.errors import (
    ContactUnreachable,
    LineDown,
    SendOutcomeUnknown,
    SendStalled,
)
from switchboard.domain.host import HAND_OVER_WITHIN
from switchboard.domain.ids import ChatId
from switchboard.ports.channel_provider import Lookup


def on_wire(simulator: RunningSimulator) -> list[tuple[str, str]]:
    return [(sent["id"], sent["body"]) for sent in simulator.ctl(op="sent")]


async def test_a_message_leaves_under_our_id(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        receipt = await line.send(1, "hello")
        assert await line.page.find(CUSTOMER, wa_hex(1)) is Lookup.ACKED
        assert await line.page.find(CUSTOMER, wa_hex(2)) is Lookup.ABSENT
    assert receipt.ack >= 1
    assert receipt.wa_id == f"true_176543215551@lid_{wa_hex(1)}"
    assert on_wire(simulator) == [(wa_hex(1), "hello")]


async def test_nothing_but_the_message_leaves(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        line.hear("question")
        await line.until(MessageSeen)
        await line.send(1, "see https://example.org/")
        [connection] = simulator.ctl(op="list")
    assert "seen" not in connection["log"], "no read receipt"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧‍👦 🇪🇹 ✅",
        "שלום עולם مرحبا",
        "a\nb\tc  'x' \"y\" \\ </script> ${z}",
        "\U0001f600" * 65_536,
    ],
    ids=["emoji", "right-to-left", "specials", "65,536 code points"],
)
async def test_texts_arrive_as_they_are(
    simulator: RunningSimulator, profile: Path, text: str
) -> None:
    async with linked(simulator, profile) as line:
        await line.send(1, text)
        line.hear(text)
        back = await line.until(MessageSeen, lambda seen: not seen.from_me)
    assert on_wire(simulator) == [(wa_hex(1), text)]
    assert back.body == text


async def test_a_lid_chat_can_be_written_to(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        line.hear("hello")
        lid = (await line.until(MessageSeen)).lid
        assert lid
        await line.send(1, "reply", ChatId(lid))
        assert await line.page.find(CUSTOMER, wa_hex(1)) is Lookup.ACKED
        assert await line.page.find(ChatId(lid), wa_hex(1)) is Lookup.ACKED


async def test_the_same_id_twice_is_one_visible_copy(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        first = await line.send(1, "once")
        assert (await line.send(1, "once")).wa_id == first.wa_id
    shown = simulator.ctl(op="chat", account=NUMBER, chat=CUSTOMER)
    assert [message["body"] for message in shown] == ["once"]
    assert len(on_wire(simulator)) == 1


async def test_an_unknown_number_is_unreachable(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        with pytest.raises(ContactUnreachable):
            await line.send(1, "anybody?", ChatId("0005550001@c.us"))
    assert not on_wire(simulator)


async def test_a_dropped_socket_is_a_line_down(simulator: RunningSimulator, profile: Path) -> None:
    with RunningSimulator(syncDelay=0.5) as simulator:
        async with linked(simulator, profile) as line:
            simulator.ctl(op="drop", account=NUMBER)
            await line.until(SocketChanged, lambda changed: changed.state == "TIMEOUT")
            with pytest.raises(LineDown):
                await line.send(1, "too early")
            with pytest.raises(LineDown):
                await line.page.find(CUSTOMER, wa_hex(1))
            await _connected_again(line)
            await line.send(2, "in time")
        assert on_wire(simulator) == [(wa_hex(2), "in time")]


async def _connected_again(line: FollowedPage) -> None:
    await line.until(SocketChanged, lambda changed: changed.state == "CONNECTED", count=2)
    assert len(line.of(Ready)) == 1, "the login is the same"


@pytest.mark.parametrize("at", ["before_wire", "before_ack"])
async def test_a_send_that_is_lost_on_its_way_is_unknown(
    simulator: RunningSimulator, profile: Path, at: str
) -> None:
    async with linked(simulator, profile) as line:
        await line.send(1, "makes the chat")
        simulator.ctl(op="config", syncDelay=30.0)
        simulator.ctl(op="fault", at=at)
        began = time.monotonic()
        with pytest.raises(SendOutcomeUnknown):
            await line.page.send_text(
                CUSTOMER, wa_hex(2), "where is it", within=timedelta(seconds=1)
            )
        assert time.monotonic() - began < 2


async def test_a_chat_that_hangs_is_given_up_and_leaves_nothing_later(
    simulator: RunningSimulator, profile: Path
) -> None:
    """Its answer comes when the send was given up: nothing of it may leave then."""
    hang = """() => {
        const job = require('WAWebQueryExistsJob');
        const ask = job.queryWidExists;
        const answer = new Promise((resolve) => { window.answerNow = resolve; });
        job.queryWidExists = async (wid) => { await answer; return ask(wid); };
    }"""
    async with linked(simulator, profile) as line:
        page = line.page._bridge.page
        await page.evaluate(hang)
        with pytest.raises(SendStalled):
            await line.page.send_text(CUSTOMER, wa_hex(1), "hangs", within=timedelta(seconds=1))
        assert await line.page.probe(within=timedelta(seconds=5)) == "CONNECTED"
        await page.evaluate("() => window.answerNow()")
        await asyncio.sleep(0.5)
        assert not on_wire(simulator)
        await line.send(1, "goes")
        assert on_wire(simulator) == [(wa_hex(1), "goes")]


async def test_nothing_is_handed_over_after_the_deadline(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        with pytest.raises(LineDown):
            await line.page.send_text(CUSTOMER, wa_hex(1), "late", within=timedelta(0))
        await asyncio.sleep(0.3)
    assert not on_wire(simulator)


class FastClock(SystemClock):
    """An hour ahead of the page's: as if it had been set back since it was asked."""

    def now(self) -> datetime:
        return super().now() + timedelta(hours=1)


async def test_nothing_is_handed_over_when_the_clock_was_set_back_meanwhile(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile, clock=FastClock()) as line:
        with pytest.raises(LineDown):
            await line.send(1, "late")
        await asyncio.sleep(0.3)
    assert not on_wire(simulator)


async def test_a_page_that_was_frozen_hands_nothing_over_once_another_host_may_own_the_line(
    simulator: RunningSimulator, profile: Path
) -> None:
    async with linked(simulator, profile) as line:
        browser = psutil.Process(line.page.browser_pid)
        renderers = [
            each for each in browser.children(recursive=True) if "--type=renderer" in each.cmdline()
        ]
        for renderer in renderers:
            renderer.suspend()
        send = line.page.send_text(CUSTOMER, wa_hex(1), "late", within=timedelta(seconds=20))
        sending = asyncio.ensure_future(send)
        await asyncio.sleep(HAND_OVER_WITHIN.total_seconds() + 0.5)
        for renderer in renderers:
            renderer.resume()
        with pytest.raises(LineDown):
            await sending
        await asyncio.sleep(0.3)
    assert not on_wire(simulator)


async def test_typing_is_shown_for_its_time(simulator: RunningSimulator, profile: Path) -> None:
    async with linked(simulator, profile) as line:
        line.hear("hello")
        await line.until(MessageSeen)
        began = time.monotonic()
        await line.page.typing(CUSTOMER, timedelta(seconds=0.4))
        lasted = time.monotonic() - began
        [connection] = simulator.ctl(op="list")
    assert connection["log"].count("chatstate") == 2
    assert 0.4 <= lasted < 0.8
