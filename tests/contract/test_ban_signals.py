"""Signs of a ban, said aloud or hidden: a pause, at most one send more, one notice, nothing lost."""

from typing import Any

import pytest
from tests.contract.test_message_walk import A
from tests.contract.test_sending_limits import Sender, sender, w  # noqa: F401 - fixtures

from switchboard.adapters.memory.phone import Fault
from switchboard.application.pause_sending import ResumeSending
from switchboard.domain.channel_events import AckSeen, Restricted
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.rate_limit import Limits

PLENTY = Limits(10_000, 10_000, 10_000)
SAID = (
    "temporary_ban",
    "terms_blocked",
    "proxy_blocked",
    "service_unavailable",
    "account_locked",
    "unexpected_logout",
)


async def resumed(sender: Sender, waiting: int) -> None:  # noqa: F811
    """A person resumes: all that waited goes, once each."""
    w = sender.w  # noqa: F811
    ResumeSending(w.sessions, w.notices, w.wake_ups, w.clock)(A)
    assert await sender.work(600) == waiting
    assert len(sender.page.phone.delivered()) == len(sender.page.phone.wire)
    assert w.outbox.load(A) == []


@pytest.mark.parametrize("kind", SAID)
async def test_a_signal_pauses_until_a_person_resumes(sender: Sender, kind: str) -> None:  # noqa: F811
    w, guard = sender.w, sender.deliver.guard  # noqa: F811
    w.sessions.set_limits(A, PLENTY, w.clock.now())
    await sender.queue(5)
    assert await sender.work(0.5) >= 1
    for _ in range(3):
        await guard.restricted(Restricted(kind))
    before = len(sender.page.phone.wire)
    assert await sender.work(7 * 86_400) == 0
    assert w.sessions.read(A).pause_reason == kind
    assert [notice.code for notice in guard.notify.operators.told] == [kind]
    await resumed(sender, 5 - before)


async def test_acks_that_stay_away_pause_sending(sender: Sender) -> None:  # noqa: F811
    w, guard = sender.w, sender.deliver.guard  # noqa: F811
    w.sessions.set_limits(A, PLENTY, w.clock.now())
    await sender.queue(20)
    assert await sender.work(60) == 20
    w.advance(seconds=660)
    await sender.queue(4)
    assert await sender.work(60) == 1, "the send that showed it"
    assert w.sessions.read(A).pause_reason == "acks_missing"
    assert [notice.code for notice in guard.notify.operators.told] == ["acks_missing"]
    await resumed(sender, 3)


async def test_a_pause_that_could_not_be_written_is_written_before_anything_else_leaves(
    sender: Sender,  # noqa: F811
) -> None:
    w, guard = sender.w, sender.deliver.guard  # noqa: F811
    w.sessions.set_limits(A, PLENTY, w.clock.now())
    await sender.queue(20)
    assert await sender.work(60) == 20
    w.advance(seconds=660)
    await sender.queue(4)
    answered = guard.blocking

    async def cut(call: Any, /, *args: Any, **more: Any) -> Any:
        if call == w.sessions.pause:
            raise DependencyUnavailable("the table does not answer")
        return await answered(call, *args, **more)

    guard.blocking = cut
    for _ in range(2):
        with pytest.raises(DependencyUnavailable):
            await sender.work(60)
    assert len(sender.page.phone.wire) == 21, "the send that showed it"
    guard.blocking = answered
    assert await sender.work(60) == 0
    assert w.sessions.read(A).pause_reason == "acks_missing"
    assert [notice.code for notice in guard.notify.operators.told] == ["acks_missing"]


async def test_acks_that_arrive_pause_nothing(sender: Sender) -> None:  # noqa: F811
    w, guard = sender.w, sender.deliver.guard  # noqa: F811
    w.sessions.set_limits(A, PLENTY, w.clock.now())
    await sender.queue(20)
    await sender.work(60)
    for message in sender.page.phone.wire:
        chat = message.chat_id
        guard.acked(AckSeen(f"true_{chat}_{message.wa_hex}", chat, 2, w.clock.now()))
    w.advance(seconds=660)
    await sender.queue(4)
    assert await sender.work(60) == 4
    assert w.sessions.read(A).pause_reason is None


async def test_refused_new_chats_pause_sending(sender: Sender) -> None:  # noqa: F811
    w, guard = sender.w, sender.deliver.guard  # noqa: F811
    w.sessions.set_limits(A, PLENTY, w.clock.now())
    sender.page.phone.fault = Fault.REJECT
    await sender.queue(5)
    await sender.work(10)
    assert w.sessions.read(A).pause_reason == "new_chats_refused"
    sender.page.phone.fault = None
    assert await sender.work(86_400) == 0
    assert [notice.code for notice in guard.notify.operators.told] == ["new_chats_refused"]
    await resumed(sender, 5)
