"""Limits, pace, clock jumps and pauses, as the owner of a line lives with them."""

from datetime import timedelta

import pytest
from tests.contract.test_message_walk import A, B, ban_guard, delivery, linked_page, owned
from tests.support.world import World

from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.application.change_limits import ChangeLimits
from switchboard.application.deliver_next import Backlog, DeliverNext, Step
from switchboard.application.pause_sending import PauseSending, ResumeSending
from switchboard.domain.channel_events import Restricted
from switchboard.domain.ids import ChatId
from switchboard.domain.notice import NoticeKind
from switchboard.domain.outbox import Priority
from switchboard.domain.rate_limit import Limits


@pytest.fixture
def w(backend: World) -> World:
    for name in (A, B):
        backend.sessions.create(name, backend.clock.now())
    return backend


class Sender:
    """One line at work over its backlog."""

    def __init__(self, w: World, deliver: DeliverNext, page: MemoryLinkedPage) -> None:
        self.w, self.deliver, self.page = w, deliver, page
        self.backlog = Backlog()

    async def queue(self, count: int, priority: Priority = Priority.NORMAL) -> None:
        for _ in range(count):
            number = next(self.w.numbers)
            request = AcceptRequest(A, ChatId(f"1555{number:07d}@c.us"), "hi", priority=priority)
            self.w.outbox.mark_ready(A, self.w.accept(request).message.id)
        await self.deliver.load(self.backlog)

    async def work(self, seconds: float) -> int:
        """Go on for so long; how many went."""
        before, until = len(self.page.phone.wire), self.w.clock.now() + timedelta(seconds=seconds)
        while self.w.clock.now() < until:
            progress = await self.deliver(self.backlog, self.page)
            if progress.step is Step.WAIT:
                wake = min(until, progress.wake_at or until)
                await self.w.clock.sleep(max(timedelta(seconds=0.05), wake - self.w.clock.now()))
        return len(self.page.phone.wire) - before


@pytest.fixture
async def sender(w: World) -> Sender:
    lease = owned(w)
    return Sender(w, delivery(w, lease), await linked_page(w))


def told(w: World) -> list[str]:
    return sorted(one.code for one in w.notices.of(A) if one.kind is NoticeKind.LIMIT_REACHED)


async def test_a_full_window_is_told_once_a_window(sender: Sender, caplog) -> None:
    w = sender.w
    w.sessions.set_limits(A, Limits(per_minute=2), w.clock.now())
    await sender.queue(6)
    assert await sender.work(50) == 2
    assert told(w) == ["minute"]
    reached = [record for record in caplog.records if record.message == "rate_limit.reached"]
    assert [record.window for record in reached] == ["minute"]
    assert await sender.work(140) == 4
    reached = [record for record in caplog.records if record.message == "rate_limit.reached"]
    assert len(reached) == 2, "once for each minute that was full while something waited"


async def test_sends_are_paced_below_the_limit(sender: Sender) -> None:
    await sender.queue(12)
    await sender.work(60)
    times = [message.at for message in sender.page.phone.wire]
    assert len(times) == 12
    assert (times[11] - times[3]).total_seconds() >= 8 * 2.3, "one each 2.4 s after the first few"


async def test_an_urgent_message_waits_for_no_pace(sender: Sender) -> None:
    await sender.queue(12)
    await sender.work(12)
    before = len(sender.page.phone.wire)
    await sender.queue(1, Priority.URGENT)
    started = sender.w.clock.now()
    while len(sender.page.phone.wire) == before:
        assert (await sender.deliver(sender.backlog, sender.page)).step is not Step.WAIT
    assert sender.w.clock.now() - started < timedelta(seconds=2)


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(hours=5)])
async def test_a_clock_that_jumps_neither_stops_sending_nor_breaks_the_limit(
    sender: Sender, jump: timedelta
) -> None:
    w = sender.w
    w.sessions.set_limits(A, Limits(per_minute=4), w.clock.now())
    await sender.queue(20)
    assert await sender.work(30) == 4
    w.clock.start += jump
    assert await sender.work(25) == 0
    assert await sender.work(60) == 4


async def test_the_next_owner_with_a_clock_far_behind_goes_on(sender: Sender) -> None:
    w = sender.w
    w.sessions.set_limits(A, Limits(per_minute=4), w.clock.now())
    await sender.queue(12)
    assert await sender.work(10) >= 3
    w.clock.start -= timedelta(days=1)
    heir = Sender(w, delivery(w, sender.deliver.lease), sender.page)
    await heir.deliver.load(heir.backlog)
    assert await heir.work(75) <= 5
    assert await heir.work(80) >= 3


async def test_a_limit_of_zero_holds_the_queue_until_it_is_raised(sender: Sender) -> None:
    w = sender.w
    change = ChangeLimits(w.sessions, w.wake_ups, w.clock)
    change(A, Limits(per_day=0))
    await sender.queue(2)
    progress = await sender.deliver(sender.backlog, sender.page)
    assert progress.wake_at > w.clock.now()
    assert await sender.work(600) == 0
    change(A, Limits())
    assert await sender.work(10) == 2


async def test_a_limit_below_what_was_sent_waits_for_the_window(sender: Sender) -> None:
    w = sender.w
    await sender.queue(10)
    assert await sender.work(20) >= 6
    ChangeLimits(w.sessions, w.wake_ups, w.clock)(A, Limits(per_minute=2))
    assert await sender.work(40) == 0
    assert await sender.work(60) <= 2


async def test_a_ban_lasts_until_a_person_resumes_and_the_next_one_is_news(sender: Sender) -> None:
    w, guard = sender.w, ban_guard(sender.w)
    ends_at = w.clock.now() + timedelta(minutes=5)
    for _ in range(3):
        await guard.restricted(Restricted("temporary_ban", "101", ends_at))
    await sender.queue(3)
    assert await sender.work(3 * 86_400) == 0
    assert w.sessions.read(A).pause_ends_at == ends_at
    assert len(guard.notify.operators.told) == 1
    ResumeSending(w.sessions, w.notices, w.wake_ups, w.clock)(A)
    assert await sender.work(10) == 3
    await guard.restricted(Restricted("temporary_ban", "101"))
    assert len(guard.notify.operators.told) == 2


async def test_a_pause_by_hand_keeps_a_bans_reason_until_a_person_resumes(sender: Sender) -> None:
    w, guard = sender.w, ban_guard(sender.w)
    pause, ends_at = PauseSending(w.sessions, w.clock), w.clock.now() + timedelta(hours=5)
    await guard.restricted(Restricted("temporary_ban", "101", ends_at))
    pause(A)
    paused = w.sessions.read(A)
    assert (paused.pause_reason, paused.pause_ends_at) == ("temporary_ban", ends_at)
    await sender.queue(2)
    assert await sender.work(86_400) == 0
    ResumeSending(w.sessions, w.notices, w.wake_ups, w.clock)(A)
    assert w.sessions.read(A).paused_until is None
    pause(A)
    assert w.sessions.read(A).pause_reason == "paused_by_operator"
    assert await sender.work(60) == 0
    await guard.restricted(Restricted("temporary_ban", "101", ends_at))
    assert w.sessions.read(A).pause_reason == "temporary_ban", "a ban is news over a person's pause"
