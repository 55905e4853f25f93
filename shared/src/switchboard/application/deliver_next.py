"""Deliver the next message of a line: check -> typing -> grant -> claim -> send -> SENT."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.last_check import LastCheck
from switchboard.application.progress import Progress, Step
from switchboard.application.take_grant import TakeGrant
from switchboard.domain.errors import (
    ContactUnreachable,
    DependencyUnavailable,
    LineDown,
    SendOutcomeUnknown,
    SendRejected,
    SendStalled,
    SwitchboardError,
)
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import (
    MAX_ATTEMPTS,
    OutboxEntry,
    choose_next,
    first_expired,
    is_urgent,
    next_expiry,
    retry_delay,
    stall_delay,
)
from switchboard.domain.rate_limit import CLOCK_SKEW, GUARD_MS
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.channel_provider import ChannelProvider
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import RateGate

_log = logging.getLogger(__name__)

SEND_DEADLINE = timedelta(seconds=20)
"""Enforced inside the page as well: nothing is handed over after it."""
COUNTED_WITHIN = timedelta(milliseconds=GUARD_MS) - 2 * CLOCK_SKEW
"""What the gate's guard leaves for the way from a grant to the wire."""


@dataclass(frozen=True, slots=True)
class DeliverNext:
    """One owner delivers one message at a time for its line, so order needs no lock.

    Raises:
        DependencyUnavailable: a store did not answer, or the host fenced itself: try again later.
        Ownership: the grant or the claim showed another owner: stop at once.
        SendOutcomeUnknown: the message may have left; the entry stays SENDING. Close the page,
            then reconcile with `RecoverSending` on the next one.
    """

    lease: Lease
    outbox: Outbox
    last_check: LastCheck
    take_grant: TakeGrant
    gate: RateGate
    finish: FinishOutbound
    guard: BanGuard
    clock: Clock
    metrics: Metrics
    blocking: Blocking
    new_claim_id: Callable[[], str]
    typing_time: Callable[[str], timedelta]
    may_write: Callable[[], bool]
    """False once the host could not renew its heartbeat for 13 s: it fences itself."""
    draw: Callable[[], float]
    """Uniform in [0, 1): what makes intervals random."""

    async def load(self, backlog: Backlog) -> None:
        """Read the whole outbox consistently; what is in memory is only a copy."""
        organization_id = self.lease.organization_id
        await self.last_check.look_at_holds(backlog, organization_id)
        backlog.fill(await self.blocking(self.outbox.load, organization_id))

    async def __call__(self, backlog: Backlog, channel: ChannelProvider) -> Progress:
        """Take one step."""
        now, entries = self.clock.now(), list(backlog.entries.values())
        if await self.end_expired(backlog):
            return Progress(Step.SETTLED, now)
        chosen = choose_next(entries, now)
        if chosen.entry is None:
            return self._wait(entries, chosen.wake_at)
        entry, urgent = chosen.entry, is_urgent(chosen.entry, entries, now)
        may_not_before = await self._refused_until(backlog, urgent=urgent)
        if may_not_before is not None:
            return self._wait(entries, may_not_before)
        message = await self.last_check(backlog, entry)
        if message is None:
            return Progress(Step.SETTLED, now)
        await channel.typing(entry.chat_id, self.typing_time(message.content))
        return await self._deliver(backlog, channel, entry, message, urgent=urgent)

    async def end_expired(self, backlog: Backlog) -> bool:
        """End a message that is too late, also one behind what may not go yet; False: none is."""
        late = first_expired(backlog.entries.values(), self.clock.now())
        if late is not None:
            await self.last_check(backlog, late)
        return late is not None

    async def _refused_until(self, backlog: Backlog, *, urgent: bool) -> datetime | None:
        """When there may be a grant, as far as it can be told before the typing."""
        rests_until = self.take_grant.rests_until(urgent=urgent)
        if rests_until is not None or not backlog.refused:
            return rests_until
        refused = await self.take_grant.still_refused(urgent=urgent)
        return refused.until if refused is not None else None

    def _wait(self, entries: Iterable[OutboxEntry], wake_at: datetime | None) -> Progress:
        """Wait, but no longer than until something expires."""
        ends = [moment for moment in (wake_at, next_expiry(entries)) if moment is not None]
        return Progress(Step.WAIT, min(ends, default=None))

    async def _deliver(
        self,
        backlog: Backlog,
        channel: ChannelProvider,
        entry: OutboxEntry,
        message: Message,
        *,
        urgent: bool,
    ) -> Progress:
        granted_at = self.clock.monotonic()
        refused = await self.take_grant(urgent=urgent)
        backlog.refused = refused is not None
        if refused is not None:
            return self._wait(backlog.entries.values(), refused.until)
        claimed = await self._claim(backlog, entry)
        if claimed is None:
            return Progress(Step.SETTLED, self.clock.now())
        return await self._send(backlog, channel, claimed, message, granted_at)

    async def _claim(self, backlog: Backlog, entry: OutboxEntry) -> OutboxEntry | None:
        backlog.claims += 1
        claim, backlog.claiming = self.new_claim_id(), True
        try:
            claimed = await self.blocking(self.outbox.claim, entry, self.lease, claim)
        finally:
            backlog.claiming = False
        if claimed is None:  # cancelled meanwhile, or a newer owner has it
            await self.load(backlog)
            return None
        backlog.replace(claimed)
        return claimed

    async def _send(
        self,
        backlog: Backlog,
        channel: ChannelProvider,
        entry: OutboxEntry,
        message: Message,
        granted_at: float,
    ) -> Progress:
        if not self.may_write():  # frozen or cut off since the grant: the line may be another's
            await self._put_back(backlog, entry)
            raise DependencyUnavailable("this host could not renew its heartbeat in time")
        started = self.clock.monotonic()
        try:
            await channel.send_text(
                entry.chat_id, entry.wa_hex, message.content, within=SEND_DEADLINE
            )
        except LineDown:
            return await self._put_back(backlog, entry)
        except SendStalled as error:
            return await self._stalled(backlog, entry, message, error)
        except (ContactUnreachable, SendRejected) as error:
            backlog.stalls.begun(entry.message_id)
            return await self._failed(backlog, entry, message, error)
        except SendOutcomeUnknown:
            self._count(Metric.SENDS_UNKNOWN)
            _log.warning("outbound.send.unknown", extra=_keys(entry))
            raise
        self._count(Metric.SEND_TIME, round((self.clock.monotonic() - started) * 1000))
        return await self._sent(backlog, entry, message, granted_at)

    async def _sent(
        self, backlog: Backlog, entry: OutboxEntry, message: Message, granted_at: float
    ) -> Progress:
        backlog.stalls.begun(entry.message_id)
        await self._charge_late(backlog, entry, granted_at)
        await self.blocking(self.finish.sent, entry, message)
        backlog.drop(entry)
        await self.guard.sent(entry)
        return Progress(Step.SENT, self.clock.now())

    async def _charge_late(self, backlog: Backlog, entry: OutboxEntry, granted_at: float) -> None:
        """A message that may have left later than it was counted is counted once more.

        Before it is noted as SENT: a host that dies in between leaves its entry SENDING, for which
        the next owner is charged.
        """
        if self.clock.monotonic() - granted_at > COUNTED_WITHIN.total_seconds():
            await self.blocking(self.gate.charge, self.lease, self.guard.now())
        backlog.counted.add(entry.claim_id or "")

    async def _put_back(self, backlog: Backlog, entry: OutboxEntry) -> Progress:
        """Nothing was handed over: not an attempt."""
        now = self.clock.now()
        await self._retry(backlog, entry, now, attempts=entry.attempts)
        return Progress(Step.LINE_DOWN)

    async def _stalled(
        self, backlog: Backlog, entry: OutboxEntry, message: Message, error: SendStalled
    ) -> Progress:
        """Leave it alone for a while, so that others go: it or the page may be to blame."""
        now = self.clock.now()
        stall = backlog.stalls.stalled(entry.message_id, self.clock.monotonic())
        attempts = entry.attempts + stall.own_fault
        self._note_failure(entry, attempts, error)
        if attempts >= MAX_ATTEMPTS:
            await self._give_up(backlog, entry, message, attempts, error)
        else:
            due_at = now + stall_delay(stall.times)
            await self._retry(backlog, entry, due_at, attempts=attempts)
        return Progress(Step.STALLED, now)

    async def _failed(
        self,
        backlog: Backlog,
        entry: OutboxEntry,
        message: Message,
        error: ContactUnreachable | SendRejected,
    ) -> Progress:
        attempts = entry.attempts + 1
        now = self.clock.now()
        self._note_failure(entry, attempts, error)
        if isinstance(error, SendRejected):
            await self.guard.failed(entry)
        if attempts < MAX_ATTEMPTS and isinstance(error, SendRejected):
            due_at = now + retry_delay(attempts, self.draw())
            await self._retry(backlog, entry, due_at, attempts=attempts)
            return Progress(Step.RETRY, now)
        await self._give_up(backlog, entry, message, attempts, error)
        return Progress(Step.SETTLED, now)

    async def _give_up(
        self,
        backlog: Backlog,
        entry: OutboxEntry,
        message: Message,
        attempts: int,
        error: SwitchboardError,
    ) -> None:
        tried = replace(entry, attempts=attempts)
        status = MessageStatus.UNCONFIRMED if entry.may_have_left else MessageStatus.FAILED
        await self.blocking(self.finish, tried, message, status, error.code)
        backlog.drop(entry)

    def _note_failure(self, entry: OutboxEntry, attempts: int, error: SwitchboardError) -> None:
        self._count(Metric.SEND_FAILURES)
        told = {"attempt": attempts, "error_code": error.code}
        _log.warning("outbound.send.failed", extra={**_keys(entry), **told})

    def _count(self, metric: Metric, value: float = 1) -> None:
        self.metrics.put(metric, value, organization_id=self.lease.organization_id)

    async def _retry(
        self, backlog: Backlog, entry: OutboxEntry, due_at: datetime, *, attempts: int
    ) -> None:
        stored = await self.blocking(
            self.outbox.retry, entry, due_at, attempts=attempts, recoveries=entry.recoveries
        )
        if stored is None:
            await self.load(backlog)
        else:
            backlog.replace(stored)


def _keys(entry: OutboxEntry) -> dict[str, object]:
    return {
        "organization_id": entry.organization_id,
        "message_id": entry.message_id,
        "correlation_id": entry.correlation_id,
    }
