"""Sends that do not begin: a page that hangs, that has no socket, or that is not asked at all."""

from collections.abc import Callable

import pytest
from tests.support.builders import A, message_seen, seconds
from tests.unit.browser_host.host import RunningHost

from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.memory.phone import Fault
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.domain.channel_events import Restricted
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, MessageId
from switchboard.domain.message import MessageStatus
from switchboard.domain.rate_limit import Limits


def chat(number: int) -> ChatId:
    return ChatId(f"1555000{number:04d}@c.us")


def ask(host: RunningHost, number: int, **more: object) -> MessageId:
    """A message to a customer of its own."""
    accepted = host.world.accept(AcceptRequest(A, chat(number), f"m{number}", **more)).message
    host.world.dispatch(A, accepted.id)
    return accepted.id


def status(host: RunningHost, message_id: MessageId) -> MessageStatus:
    return host.world.messages.read(A, message_id).status


def sent(host: RunningHost) -> list[str]:
    return [message.text for message in host.pages.phone(A).wire]


def used(host: RunningHost) -> int:
    """Sends counted in a day."""
    return max(window.used for window in host.world.gate.usage(A, host.clock.now()))


def pause(host: RunningHost) -> None:
    PauseSending(host.world.sessions, host.clock)(A)


def resume(host: RunningHost) -> None:
    world = host.world
    ResumeSending(world.sessions, world.notices, world.wake_ups, host.clock)(A)


async def test_a_chat_that_hangs_holds_up_no_other_and_fails_in_the_end(host: RunningHost) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault, phone.fault_chat = Fault.HANG_BEFORE_HAND_OVER, chat(0)
    hanging = ask(host, 0)
    ids = [ask(host, number) for number in range(1, 6)]
    await host.pass_(60)
    assert [status(host, one) for one in ids] == [MessageStatus.SENT] * 5
    for number in range(6, 12):
        ids.append(ask(host, number))
        await host.pass_(60)
    assert [status(host, one) for one in ids] == [MessageStatus.SENT] * 11
    assert host.world.messages.read(A, hanging).error_code == "send_stalled"
    assert status(host, hanging) is MessageStatus.FAILED
    assert chat(0) not in {message.chat_id for message in phone.wire}


async def test_a_page_that_hangs_with_everything_is_replaced_and_fails_nothing(
    host: RunningHost,
) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault = Fault.HANG_BEFORE_HAND_OVER
    ids = [ask(host, number) for number in range(4)]
    await host.pass_(30 * 60)
    assert 3 <= host.opened(A) <= 7, "each one gets five minutes"
    assert used(host) < 120
    assert [status(host, one) for one in ids] == [MessageStatus.QUEUED] * 4
    phone.fault = None
    await host.pass_(180)
    assert [status(host, one) for one in ids] == [MessageStatus.SENT] * 4


async def test_an_outage_does_not_use_up_the_limits(host: RunningHost) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault = Fault.HANG_BEFORE_HAND_OVER
    for number in range(100):
        ask(host, number)
    await host.pass_(30 * 60)
    assert used(host) <= 50
    phone.fault = None
    await host.pass_(5 * 60)
    assert len(sent(host)) >= 50


async def test_one_conversation_that_hangs_is_worth_one_page(host: RunningHost) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault = Fault.HANG_BEFORE_HAND_OVER
    ids = [ask(host, 0) for _ in range(3)]
    await host.pass_(30 * 60)
    assert host.opened(A) == 2
    phone.fault = None
    await host.pass_(180)
    assert [status(host, one) for one in ids] == [MessageStatus.SENT] * 3


async def test_a_message_that_may_have_left_does_not_fail_when_it_hangs(host: RunningHost) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault, phone.faults_left = Fault.CRASH_AFTER_HAND_OVER, 1
    message = ask(host, 0)
    for _ in range(50):
        if not phone.wire:
            await host.pass_(0.1)
    assert phone.wire
    phone.forget()
    phone.fault, phone.faults_left, phone.fault_chat = Fault.HANG_BEFORE_HAND_OVER, None, chat(0)
    for number in range(1, 12):
        ask(host, number)
        await host.pass_(60)
    assert status(host, message) is MessageStatus.UNCONFIRMED


async def test_what_expires_while_the_socket_is_away_ends(host: RunningHost) -> None:
    await host.take(A)
    host.pages.phone(A).socket = "OPENING"
    ask(host, 1)
    await host.pass_(10)
    late = ask(host, 2, expires_at=host.clock.now() + seconds(60))
    await host.pass_(65)
    assert status(host, late) is MessageStatus.EXPIRED


async def test_a_page_that_turns_sends_away_though_it_is_connected_is_asked_ever_less(
    host: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    probe = MemoryLinkedPage.probe

    async def connected(page: MemoryLinkedPage, *, within: object) -> str:
        await probe(page, within=within)
        return "CONNECTED"

    monkeypatch.setattr(MemoryLinkedPage, "probe", connected)
    phone.socket = "OPENING"
    message = ask(host, 1)
    await host.pass_(600)
    assert used(host) <= 16
    phone.socket = "CONNECTED"
    await host.pass_(70)
    assert status(host, message) is MessageStatus.SENT


async def test_a_socket_that_is_away_without_a_word_costs_one_grant(host: RunningHost) -> None:
    await host.take(A)
    host.pages.phone(A).socket = "OPENING"
    message = ask(host, 1)
    await host.pass_(600)
    assert used(host) == 1
    host.pages.phone(A).socket = "CONNECTED"
    await host.pass_(10)
    assert status(host, message) is MessageStatus.SENT


@pytest.mark.parametrize("stop", [pause, lambda host: host.page(A).emit(Restricted("banned"))])
async def test_nobody_types_in_a_pause(
    host: RunningHost, stop: Callable[[RunningHost], None]
) -> None:
    await host.take(A)
    stop(host)
    for number in range(30):
        ask(host, number)
        await host.pass_(60)
    await host.pass_(3600)
    assert len(host.page(A).typed) <= 1, "what is refused once is asked before the typing"
    resume(host)
    await host.pass_(20)
    assert sent(host)


async def test_nobody_types_for_a_full_window_and_its_end_is_seen(host: RunningHost) -> None:
    await host.take(A)
    host.world.sessions.set_limits(A, Limits(100, 2, 100), host.clock.now())
    ids = [ask(host, number) for number in range(4)]
    await host.pass_(3500)
    typed = len(host.page(A).typed)
    assert typed == len(sent(host)) + 1
    await host.pass_(3700)
    assert [status(host, one) for one in ids[:3]] == [MessageStatus.SENT] * 3


async def test_what_expires_behind_a_pause_ends_when_it_does(host: RunningHost) -> None:
    await host.take(A)
    pause(host)
    head = ask(host, 1)
    now = host.clock.now()
    late = [ask(host, number, expires_at=now + seconds(60)) for number in (2, 3)]
    await host.pass_(30)
    assert [status(host, one) for one in late] == [MessageStatus.QUEUED] * 2
    await host.pass_(35)
    assert [status(host, one) for one in late] == [MessageStatus.EXPIRED] * 2
    assert status(host, head) is MessageStatus.QUEUED


def silence_the_board(host: RunningHost, monkeypatch: pytest.MonkeyPatch) -> None:
    def post(*_: object) -> bool:
        raise DependencyUnavailable("a brown-out")

    monkeypatch.setattr(type(host.world.notices), "post", post)


async def test_a_ban_is_told_though_the_board_did_not_answer_at_first(
    host: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.take(A)
    silence_the_board(host, monkeypatch)
    host.page(A).emit(Restricted("temporary_ban"))
    await host.pass_(30)
    assert host.session(A).pause_reason == "temporary_ban"
    assert host.operators.told == []
    before = host.wire.calls["Outbox.load"]
    host.page(A).hear(message_seen(host.clock.now()))
    await host.pass_(170)
    assert host.wire.calls["Outbox.load"] - before <= 1
    assert len(host.inbound.sent) == 1, "a notice holds nothing up"
    monkeypatch.undo()
    await host.pass_(310)
    assert [notice.code for notice in host.operators.told] == ["temporary_ban"]


async def test_a_notice_that_nobody_takes_does_not_hold_up_a_drain(
    host: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.take(A)
    silence_the_board(host, monkeypatch)
    host.page(A).emit(Restricted("temporary_ban"))
    await host.pass_(2)
    host.stop.set()
    await host.pass_(10)
    assert host.session(A).owner is None
    assert host.session(A).pause_reason == "temporary_ban"
