"""What the simulation found: races of a line's delivery, each staged once."""

from dataclasses import replace

from tests.support.builders import (
    OTHER_CHAT,
    A,
    accepted,
    draft,
    message_seen,
    ready,
    seconds,
    thread,
)
from tests.unit.browser_host.host import RunningHost

from switchboard.adapters.memory.phone import Fault
from switchboard.domain.channel_events import Restricted
from switchboard.domain.ids import MessageId
from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import OutboxEntry, Priority
from switchboard.domain.rate_limit import Limits


def dispatched(host: RunningHost, entry: OutboxEntry) -> None:
    assert host.world.outbox.mark_ready(A, entry.message_id)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)


def sent(host: RunningHost) -> list[str]:
    """Texts on the wire, in order."""
    return [message.text for message in host.pages.phone(A).wire]


def status(host: RunningHost, message_id: MessageId) -> MessageStatus:
    return host.world.messages.read(A, message_id).status


async def test_a_claim_whose_answer_was_lost_does_not_hold_up_its_conversation(
    host: RunningHost,
) -> None:
    await host.take(A)
    host.wire.lost.add("Outbox.claim")
    entries = [ready(host.world, number) for number in (1, 2)]
    for entry in entries:
        dispatched(host, entry)
    await host.pass_(20)
    assert len(sent(host)) == 2
    assert [status(host, entry.message_id) for entry in entries] == [MessageStatus.SENT] * 2
    assert host.world.outbox.load(A) == []


async def test_a_send_that_could_not_be_noted_is_noted_later_and_not_repeated(
    host: RunningHost,
) -> None:
    await host.take(A)
    entry = ready(host.world, 1)
    host.wire.cut.add("FinishOutbound.sent")
    dispatched(host, entry)
    await host.pass_(10)
    assert status(host, entry.message_id) is MessageStatus.QUEUED
    host.wire.cut.clear()
    await host.pass_(10)
    assert len(sent(host)) == 1
    assert status(host, entry.message_id) is MessageStatus.SENT


async def test_a_message_waits_for_an_earlier_one_that_has_no_wake_up_yet(
    host: RunningHost,
) -> None:
    await host.take(A)
    await host.pass_(1)
    first = accepted(host.world, 1, text="first")
    second = accepted(host.world, 2, text="second")
    dispatched(host, second)
    await host.pass_(5)
    assert sent(host) == []
    dispatched(host, first)
    await host.pass_(10)
    assert sent(host) == ["first", "second"]


async def test_a_wake_up_is_not_forgotten_when_the_store_does_not_answer(
    host: RunningHost,
) -> None:
    await host.take(A)
    entry = accepted(host.world, 1)
    host.wire.cut.add("Outbox.read")
    dispatched(host, entry)
    await host.pass_(5)
    host.wire.cut.clear()
    await host.pass_(5)
    assert len(sent(host)) == 1


async def test_a_line_whose_acquisition_was_not_answered_is_run(host: RunningHost) -> None:
    host.wire.lost.add("SessionStore.acquire")
    await host.take(A)
    await host.pass_(5)
    assert host.is_open(A)


async def test_a_line_that_is_announced_again_is_run_once(host: RunningHost) -> None:
    await host.take(A)
    host.wire.cut.add("SessionStore.acquire")
    host.world.session_starts.announce(A)
    await host.pass_(10)
    assert host.opened(A) == 1


async def test_a_late_send_takes_another_token_before_the_next(host: RunningHost) -> None:
    await host.take(A)
    host.world.sessions.set_limits(A, Limits(2, 100, 100), host.clock.now())
    host.pages.phone(A).ack_takes = seconds(10)
    for number in (1, 2):
        dispatched(host, ready(host.world, number))
    await host.pass_(40)
    assert len(sent(host)) == 1, "the late one counts twice"
    await host.pass_(60)
    assert len(sent(host)) == 2


async def test_a_late_send_is_charged_before_it_is_noted(host: RunningHost) -> None:
    """A host that dies between the two leaves the claim open, which the next owner is charged for."""
    await host.take(A)
    host.pages.phone(A).ack_takes = seconds(10)
    host.wire.cut.add("FinishOutbound.sent")
    entry = ready(host.world, 1)
    dispatched(host, entry)
    await host.pass_(30)
    assert status(host, entry.message_id) is MessageStatus.QUEUED
    assert used(host) == 2, "once, however often the note is tried"


async def test_a_late_send_whose_charge_got_no_answer_is_charged_before_the_next(
    host: RunningHost,
) -> None:
    await host.take(A)
    host.world.sessions.set_limits(A, Limits(2, 100, 100), host.clock.now())
    host.pages.phone(A).ack_takes = seconds(10)
    host.wire.cut.add("RateGate.charge")
    for number in (1, 2):
        dispatched(host, ready(host.world, number))
    await host.pass_(20)
    assert used(host) == 1
    host.wire.cut.clear()
    await host.pass_(20)
    assert used(host) == 2
    assert len(sent(host)) == 1


async def test_an_unknown_outcome_is_charged_once_however_often_it_is_looked_up(
    host: RunningHost,
) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.fault, phone.faults_left = Fault.CRASH_AFTER_HAND_OVER, 1
    dispatched(host, ready(host.world, 1))
    await host.pass_(1)
    assert (len(sent(host)), used(host)) == (1, 1)
    host.wire.cut.add("MessageStore.read")
    await host.pass_(20)
    assert used(host) == 2


async def test_a_send_in_time_is_charged_once(host: RunningHost) -> None:
    await host.take(A)
    dispatched(host, ready(host.world, 1))
    await host.pass_(10)
    assert (len(sent(host)), used(host)) == (1, 1)


def used(host: RunningHost) -> int:
    """Sends counted in this minute."""
    return host.world.gate.usage(A, host.clock.now())[0].used


async def test_ten_thousand_queued_at_once_go_in_order_and_let_an_urgent_one_through(
    host: RunningHost,
) -> None:
    await host.take(A)
    entries = [ready(host.world, number) for number in range(1, 10_001)]
    for entry in entries:
        host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(60)
    wire = [message.wa_hex for message in host.pages.phone(A).wire]
    assert 14 <= len(wire) <= 18
    assert wire == [entry.wa_hex for entry in entries[: len(wire)]]
    conversation = thread(host.world, A, OTHER_CHAT)
    message, urgent = draft(host.world, conversation, 10_001, "fire", Priority.URGENT)
    assert host.world.outbox.accept(conversation, message, urgent, "hash")
    dispatched(host, urgent)
    await host.pass_(5)
    assert "fire" in sent(host)
    assert len(host.world.outbox.load(A)) == 10_000 - len(sent(host)) + 1


async def test_a_ban_does_not_wait_behind_a_message_that_cannot_be_pushed(
    host: RunningHost,
) -> None:
    await host.take(A)
    for number in range(1, 16):
        dispatched(host, ready(host.world, number))
    await host.pass_(2)
    host.wire.cut.add("InboundQueue.push")
    host.page(A).emit(message_seen(host.clock.now()))
    await host.pass_(1)
    before = len(sent(host))
    host.page(A).emit(Restricted("temporary_ban"))
    await host.pass_(60)
    assert 0 < before < 15
    assert len(sent(host)) - before <= 1
    assert host.session(A).pause_reason == "temporary_ban"
    assert [notice.code for notice in host.operators.told] == ["temporary_ban"]
    host.wire.cut.clear()
    await host.pass_(10)
    assert len(host.inbound.sent) == 1
    assert len(host.operators.told) == 1


async def test_a_message_that_expires_after_it_may_have_left_is_unconfirmed(
    host: RunningHost,
) -> None:
    await host.take(A)
    lease, now = host.session(A).lease, host.clock.now()
    message, entry = draft(host.world, thread(host.world), 1)
    assert host.world.outbox.accept(
        thread(host.world), message, replace(entry, expires_at=now + seconds(5)), "hash"
    )
    assert host.world.outbox.mark_ready(A, entry.message_id)
    waiting = host.world.outbox.read(A, entry.message_id)
    claimed = host.world.outbox.claim(waiting, lease, "of an earlier page")
    due = now + seconds(10)
    assert host.world.outbox.retry(claimed, due, attempts=0, recoveries=1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(30)
    assert sent(host) == []
    assert status(host, entry.message_id) is MessageStatus.UNCONFIRMED
