"""The in-memory `LinkedPage`: what a page may promise, and the phone's faults."""

import asyncio
from pathlib import Path

import pytest
from tests.support.builders import CHAT, OTHER_CHAT, PHONE, A, message_seen, seconds

from switchboard.adapters.memory.agent import ScriptedAgent, WordEmbedder
from switchboard.adapters.memory.channel_provider import MemoryLinkedPage, MemoryLinkedPageOpener
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.phone import Fault, MemoryPhone
from switchboard.domain.channel_events import (
    AckSeen,
    ChannelEvent,
    LoginEnded,
    PageGone,
    Paired,
    QrShown,
    Ready,
    SocketChanged,
)
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.errors import (
    ContactUnreachable,
    DependencyUnavailable,
    LineDown,
    PageNeverReady,
    SendOutcomeUnknown,
    SendRejected,
    SendStalled,
)
from switchboard.domain.ids import MessageId, wa_hex_for
from switchboard.ports.agent import AgentRequest
from switchboard.ports.channel_provider import Lookup, SentReceipt

HEX = wa_hex_for(MessageId("0" * 26))
DEADLINE = seconds(20)
PROFILE = Path("unused")


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock()


@pytest.fixture
def opener(clock: MemoryClock) -> MemoryLinkedPageOpener:
    return MemoryLinkedPageOpener(clock)


@pytest.fixture
async def page(opener: MemoryLinkedPageOpener) -> MemoryLinkedPage:
    opener.phone(A).linked = True
    await opener.open(A, PROFILE)
    return opener.page(A)


@pytest.fixture
def phone(opener: MemoryLinkedPageOpener) -> MemoryPhone:
    return opener.phone(A)


async def send(page: MemoryLinkedPage, text: str = "hi") -> SentReceipt:
    return await page.send_text(CHAT, HEX, text, within=DEADLINE)


async def all_events(page: MemoryLinkedPage) -> list[ChannelEvent]:
    async with asyncio.timeout(5):
        return [event async for event in page.events()]


async def test_a_new_login_shows_a_qr_and_becomes_ready_by_a_scan(
    opener: MemoryLinkedPageOpener,
) -> None:
    await opener.open(A, PROFILE)
    page = opener.page(A)
    assert await page.request_pairing_code(PHONE)
    page.scan()
    await page.close()
    kinds = [type(event) for event in await all_events(page)]
    assert kinds == [QrShown, Paired, Ready]
    with pytest.raises(SendRejected):
        await page.request_pairing_code(PHONE)


async def test_a_resumed_login_is_ready_without_a_scan(page: MemoryLinkedPage) -> None:
    await page.close()
    assert [type(event) for event in await all_events(page)] == [Ready]


async def test_open_raises_what_a_page_that_never_becomes_ready_does(
    opener: MemoryLinkedPageOpener,
) -> None:
    opener.failure = PageNeverReady("no page")
    with pytest.raises(PageNeverReady):
        await opener.open(A, PROFILE)


async def test_send_text_is_on_the_wire_with_an_ack(
    page: MemoryLinkedPage, phone: MemoryPhone
) -> None:
    assert await send(page) == SentReceipt(f"true_{CHAT}_{HEX}", 1)
    assert [(m.chat_id, m.wa_hex, m.text) for m in phone.wire] == [(CHAT, HEX, "hi")]
    assert await page.find(CHAT, HEX) is Lookup.ACKED


@pytest.mark.parametrize(("once", "copies"), [(True, 1), (False, 2)])
async def test_whatsapp_drops_a_second_copy_under_the_same_id(
    page: MemoryLinkedPage, phone: MemoryPhone, *, once: bool, copies: int
) -> None:
    phone.same_id_once = once
    await send(page)
    await send(page)
    assert len(phone.wire) == 2
    assert phone.delivered() == {HEX: copies}


@pytest.mark.parametrize("cause", ["socket", "login", "page"])
async def test_nothing_is_handed_over_without_a_connected_socket(
    page: MemoryLinkedPage, phone: MemoryPhone, cause: str
) -> None:
    if cause == "socket":
        page.set_socket("TIMEOUT")
    elif cause == "login":
        page.unlink("logged_out")
    else:
        page.crash()
    for ask in (send(page), page.find(CHAT, HEX)):
        with pytest.raises(LineDown):
            await ask
    assert phone.wire == []


@pytest.mark.parametrize(
    ("fault", "error", "left", "lookup", "waited"),
    [
        (Fault.REJECT, SendRejected, 0, Lookup.ABSENT, 0),
        (Fault.HANG_BEFORE_HAND_OVER, SendStalled, 0, Lookup.ABSENT, 7),
        (Fault.HANG_AFTER_HAND_OVER, SendOutcomeUnknown, 1, Lookup.PENDING, 20),
    ],
)
async def test_a_fault_ends_as_the_port_says(
    page: MemoryLinkedPage,
    phone: MemoryPhone,
    clock: MemoryClock,
    *,
    fault: Fault,
    error: type[Exception],
    left: int,
    lookup: Lookup,
    waited: int,
) -> None:
    phone.fault, phone.faults_left = fault, 1
    with pytest.raises(error):
        await send(page)
    assert len(phone.wire) == left
    assert clock.monotonic() == waited
    assert await page.find(CHAT, HEX) is lookup
    await send(page)
    assert phone.copies(CHAT, HEX) == 1


@pytest.mark.parametrize(
    ("fault", "left"), [(Fault.CRASH_BEFORE_HAND_OVER, 0), (Fault.CRASH_AFTER_HAND_OVER, 1)]
)
async def test_a_crash_in_mid_send_leaves_the_outcome_unknown_and_ends_the_events(
    page: MemoryLinkedPage, phone: MemoryPhone, fault: Fault, left: int
) -> None:
    phone.fault = fault
    with pytest.raises(SendOutcomeUnknown):
        await send(page)
    assert len(phone.wire) == left
    assert page.browser_pid is None
    assert isinstance((await all_events(page))[-1], PageGone)
    with pytest.raises(DependencyUnavailable):
        await page.probe(within=DEADLINE)


async def test_an_unknown_chat_is_unreachable(page: MemoryLinkedPage, phone: MemoryPhone) -> None:
    phone.unknown_chats.add(CHAT)
    with pytest.raises(ContactUnreachable):
        await send(page)


async def test_a_restored_profile_forgets_what_it_sent(
    page: MemoryLinkedPage, phone: MemoryPhone
) -> None:
    await send(page)
    phone.forget()
    assert await page.find(CHAT, HEX) is Lookup.ABSENT


async def test_acks_and_failures_are_told_and_found(page: MemoryLinkedPage) -> None:
    await send(page)
    page.ack(CHAT, HEX, 3)
    page.ack(CHAT, HEX, -1)
    assert await page.find(CHAT, HEX) is Lookup.FAILED
    await page.close()
    acks = [event.ack for event in await all_events(page) if isinstance(event, AckSeen)]
    assert acks == [3, -1]


async def test_typing_waits_on_the_clock(page: MemoryLinkedPage, clock: MemoryClock) -> None:
    await page.typing(CHAT, seconds(3))
    assert clock.monotonic() == 3
    assert page.typed == [(CHAT, seconds(3))]


async def test_scan_recent_gives_the_newest_of_each_chat_as_backfill(
    page: MemoryLinkedPage, clock: MemoryClock
) -> None:
    for number in range(1, 4):
        page.hear(message_seen(clock.now(), number))
        clock.advance(seconds(1))
    page.hear(message_seen(clock.now(), 9, chat_id=OTHER_CHAT))
    found = (await page.scan_recent(per_chat=2)).messages
    assert [seen.wa_id[-1] for seen in found] == ["2", "3", "9"]
    assert all(seen.backfill for seen in found)


async def test_scan_chat_gives_one_chat_as_far_back_as_asked(
    page: MemoryLinkedPage, clock: MemoryClock
) -> None:
    for number in range(1, 5):
        page.hear(message_seen(clock.now(), number))
        page.hear(message_seen(clock.now(), 10 + number, chat_id=OTHER_CHAT))
        clock.advance(seconds(1))
    found = (await page.scan_chat(CHAT, count=3)).messages
    assert [seen.wa_id[-1] for seen in found] == ["2", "3", "4"]
    assert all(seen.backfill for seen in found)


async def test_logout_unlinks_and_ends_the_login(
    page: MemoryLinkedPage, phone: MemoryPhone
) -> None:
    await page.logout()
    page.set_socket("UNPAIRED")
    await page.close()
    await page.close()
    assert not phone.linked
    assert [type(event) for event in await all_events(page)] == [Ready, LoginEnded, SocketChanged]


async def test_probe_tells_the_socket_and_a_frozen_page_does_not(
    page: MemoryLinkedPage, phone: MemoryPhone
) -> None:
    assert await page.probe(within=DEADLINE) == "CONNECTED"
    phone.frozen = True
    with pytest.raises(DependencyUnavailable):
        await page.probe(within=DEADLINE)


def test_a_scripted_agent_keeps_what_it_was_asked() -> None:
    agent = ScriptedAgent(failure=DependencyUnavailable("no model"))
    request = AgentRequest(A, ContactStatus.NEW_LEAD, [], [], [])
    with pytest.raises(DependencyUnavailable):
        agent.answer(request)
    assert agent.requests == [request]


def test_an_embedder_gives_one_row_a_text_and_the_same_row_for_the_same_text() -> None:
    rows = WordEmbedder().embed(["when do you open", "when do you open", ""])
    size = len(rows) // 3
    assert size % 4 == 0
    assert rows[:size] == rows[size : 2 * size]
    assert rows[2 * size :] == bytes(size)
