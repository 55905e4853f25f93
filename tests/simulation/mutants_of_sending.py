"""Mutations of what happens when a send does not go as it should: bans, schedules, recoveries."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.mutant import Mutant
from tests.simulation.mutation import patched
from tests.simulation.promises.violation import Promise

from browser_host.loops.events import EventLoop
from switchboard.application import deliver_next
from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.application.deliver_next import DeliverNext
from switchboard.application.progress import Progress, Step
from switchboard.application.recover_sending import RecoverSending
from switchboard.domain.ids import MessageId
from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import MAX_ATTEMPTS, OutboxEntry
from switchboard.domain.stalls import Stall, Stalls

LATE = timedelta(seconds=15)
SLEPT_OFF = timedelta(minutes=3)


def _ban_not_paused() -> AbstractContextManager[None]:
    async def hold(self: BanGuard) -> None:
        self.due = None

    return patched(BanGuard, "hold", hold)


def _sign_waits_its_turn() -> AbstractContextManager[None]:
    async def read(self: EventLoop, told: Any) -> None:
        async for event in self.page.events():
            told.put_nowait(event)
        told.put_nowait(None)

    return patched(EventLoop, "_read", read)


def _schedule_read_late() -> AbstractContextManager[None]:
    def takes_part(self: OutboxEntry, now: datetime) -> bool:
        return self.send_at is None or self.send_at + LATE <= now

    return patched(OutboxEntry, "takes_part", takes_part)


def _recovered_as_unsent() -> AbstractContextManager[None]:
    async def settle(
        self: RecoverSending, backlog: Backlog, entry: OutboxEntry, *_: Any, **__: Any
    ) -> None:
        await self._again(backlog, entry, recoveries=entry.recoveries)

    return patched(RecoverSending, "_settle", settle)


def _recovered_as_failed() -> AbstractContextManager[None]:
    async def unknown(
        self: RecoverSending, backlog: Backlog, entry: OutboxEntry, message: Any
    ) -> None:
        await self.blocking(self.finish, entry, message, MessageStatus.FAILED, "mutant")
        backlog.drop(entry)

    return patched(RecoverSending, "_unknown", unknown)


def _line_down_is_an_attempt() -> AbstractContextManager[None]:
    async def put_back(self: DeliverNext, backlog: Backlog, entry: OutboxEntry) -> Progress:
        tried = replace(entry, attempts=entry.attempts + 1)
        if tried.attempts < MAX_ATTEMPTS:
            await self._retry(backlog, entry, self.clock.now(), attempts=tried.attempts)
            return Progress(Step.LINE_DOWN)
        read = self.last_check.messages.read
        message = await self.blocking(read, entry.organization_id, entry.message_id)
        if message is not None:
            await self.blocking(self.finish, tried, message, MessageStatus.FAILED, "mutant")
        backlog.drop(entry)
        return Progress(Step.SETTLED, self.clock.now())

    return patched(DeliverNext, "_put_back", put_back)


def _line_down_loses_the_message() -> AbstractContextManager[None]:
    async def put_back(self: DeliverNext, backlog: Backlog, entry: OutboxEntry) -> Progress:
        await self.blocking(self.outbox.remove, entry)
        backlog.drop(entry)
        return Progress(Step.LINE_DOWN)

    return patched(DeliverNext, "_put_back", put_back)


def _stall_goes_on_at_once() -> AbstractContextManager[None]:
    async def stalled(self: DeliverNext, backlog: Backlog, entry: OutboxEntry, *_: Any) -> Progress:
        return await self._put_back(backlog, entry)

    return patched(DeliverNext, "_stalled", stalled)


def _any_stall_is_an_attempt() -> AbstractContextManager[None]:
    stalled = Stalls.stalled

    def blamed(self: Stalls, message_id: MessageId, now: float) -> Stall:
        return replace(stalled(self, message_id, now), own_fault=True)

    return patched(Stalls, "stalled", blamed)


def _recovered_as_sent() -> AbstractContextManager[None]:
    async def unknown(
        self: RecoverSending, backlog: Backlog, entry: OutboxEntry, message: Any
    ) -> None:
        await self.blocking(self.finish.sent, entry, message)
        backlog.drop(entry)

    return patched(RecoverSending, "_unknown", unknown)


def _sign_slept_off() -> AbstractContextManager[None]:
    async def hold(self: BanGuard) -> None:
        if self.due is not None:  # nothing goes, but the next owner will know of no pause
            await self.clock.sleep(SLEPT_OFF)
            self.due = None

    return patched(BanGuard, "hold", hold)


def _stall_rests_not() -> AbstractContextManager[None]:
    return patched(deliver_next, "stall_delay", lambda _: timedelta())


def _stuck_page_stays() -> AbstractContextManager[None]:
    return patched(Stalls, "page_is_stuck", lambda *_: False)


def _refused_as_unconfirmed() -> AbstractContextManager[None]:
    give_up = DeliverNext._give_up

    async def unsure(self: DeliverNext, backlog: Backlog, entry: OutboxEntry, *more: Any) -> None:
        await give_up(self, backlog, replace(entry, recoveries=1), *more)

    return patched(DeliverNext, "_give_up", unsure)


MUTANTS_OF_SENDING = {
    "ban_not_paused": Mutant(Promise.SIGN, _ban_not_paused),
    "sign_waits_its_turn": Mutant(Promise.SIGN, _sign_waits_its_turn),
    "schedule_read_late": Mutant(Promise.ORDER, _schedule_read_late),
    "recovered_as_unsent": Mutant(Promise.ONE_COPY, _recovered_as_unsent),
    "recovered_as_failed": Mutant(Promise.FAILED, _recovered_as_failed),
    "recovered_as_sent": Mutant(Promise.SENT, _recovered_as_sent),
    "sign_slept_off": Mutant(Promise.NOTED, _sign_slept_off),
    "line_down_is_an_attempt": Mutant(Promise.FAILED, _line_down_is_an_attempt),
    "refused_as_unconfirmed": Mutant(Promise.UNCONFIRMED, _refused_as_unconfirmed),
    "stall_goes_on_at_once": Mutant(
        Promise.ENDS,
        _stall_goes_on_at_once,
        also=frozenset({Promise.LEFT_ALONE, Promise.REPLACED}),
    ),
    "stall_rests_not": Mutant(Promise.LEFT_ALONE, _stall_rests_not),
    "stuck_page_stays": Mutant(
        Promise.REPLACED, _stuck_page_stays, also=frozenset({Promise.FAILED})
    ),
    "any_stall_is_an_attempt": Mutant(Promise.FAILED, _any_stall_is_an_attempt),
    "line_down_loses_the_message": Mutant(Promise.ENDS, _line_down_loses_the_message),
}
