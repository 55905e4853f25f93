"""Deliver the next message of a line: check -> typing -> grant -> claim -> send -> SENT."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.last_check import LastCheck
from switchboard.application.progress import Progress, Step
from switchboard.domain.errors import (
    ContactUnreachable,
    DependencyUnavailable,
    LineDown,
    SendOutcomeUnknown,
    SendRejected,
)
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import (
    MAX_ATTEMPTS,
    OutboxEntry,
    choose_next,
    is_urgent,
    retry_delay,
)
from switchboard.domain.rate_limit import CLOCK_SKEW, GUARD_MS
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.channel_provider import ChannelProvider
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import Granted, RateGate, Refused

_log = logging.getLogger(__name__)

SEND_DEADLINE = timedelta(seconds=20)
"""Enforced inside the page as well: nothing is handed over after it."""
COUNTED_WITHIN = timedelta(milliseconds=GUARD_MS) - 2 * CLOCK_SKEW
"""What the gate's guard leaves for the way from a grant to the wire."""


def _middle() -> float:
    return 0.5


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
    draw: Callable[[], float] = _middle
    """Uniform in [0, 1): what makes intervals random."""

    async def load(self, backlog: Backlog) -> None:
        """Read the whole outbox consistently; what is in memory is only a copy."""
        organization_id = self.lease.organization_id
        await self.last_check.look_at_holds(backlog, organization_id)
        backlog.fill(await self.blocking(self.outbox.load, organization_id))

    async def __call__(self, backlog: Backlog, channel: ChannelProvider) -> Progress:
        """Take one step."""
        now = self.clock.now()
        entries = list(backlog.entries.values())
        chosen = choose_next(entries, now)
        if chosen.entry is None:
            return Progress(Step.WAIT, chosen.wake_at)
        entry, urgent = chosen.entry, is_urgent(chosen.entry, entries, now)
        rests_until = self._rests_until(urgent=urgent)
        if rests_until is not None:
            return Progress(Step.WAIT, rests_until)
        message = await self.last_check(backlog, entry)
        if message is None:
            return Progress(Step.SETTLED, now)
        await channel.typing(entry.chat_id, self.typing_time(message.content))
        return await self._deliver(backlog, channel, entry, message, urgent=urgent)

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
        refused = await self._grant(urgent=urgent)
        if refused is not None:
            return Progress(Step.WAIT, refused.until)
        claimed = await self._claim(backlog, entry)
        if claimed is None:
            return Progress(Step.SETTLED, self.clock.now())
        return await self._send(backlog, channel, claimed, message, granted_at)

    def _rests_until(self, *, urgent: bool) -> datetime | None:
        """Until when the pace lets nothing go."""
        if urgent:
            return None
        rest = self.guard.pacing.bucket.wait(self.clock.monotonic())
        return self.clock.now() + rest if rest else None

    async def _grant(self, *, urgent: bool) -> Refused | None:
        if not self.may_write():
            raise DependencyUnavailable("this host could not renew its heartbeat in time")
        await self.guard.hold()
        answer = await self._ask(urgent=urgent)
        if not isinstance(answer, Refused):
            self.guard.pacing.bucket.spend(self.clock.monotonic(), self.draw(), answer.per_minute)
            return None
        self.metrics.put(
            Metric.GRANTS_REFUSED,
            organization_id=self.lease.organization_id,
            label="paused" if answer.paused else answer.window,
        )
        _log.info(
            "outbound.grant.refused",
            extra={
                "organization_id": self.lease.organization_id,
                "window": answer.window,
                "paused": answer.paused,
            },
        )
        if answer.window is not None:
            await self.guard.limit_reached(answer.window)
        return answer

    async def _ask(self, *, urgent: bool) -> Granted | Refused:
        """Ask the gate in a time that does not jump; the answer is in the clock's own."""
        while True:
            now = self.guard.now()
            answer = await self.blocking(self.gate.grant, self.lease, now, urgent=urgent)
            if isinstance(answer, Granted) or answer.paused:
                return answer
            if answer.behind is None:
                return replace(answer, until=self.clock.now() + (answer.until - now))
            _log.warning(
                "outbound.clock.behind",
                extra={
                    "organization_id": self.lease.organization_id,
                    "behind_ms": round(answer.behind.total_seconds() * 1000),
                },
            )
            self.guard.pacing.time.forward(answer.behind)

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
            return await self._put_back(backlog, entry)
        started = self.clock.monotonic()
        try:
            await channel.send_text(
                entry.chat_id, entry.wa_hex, message.content, within=SEND_DEADLINE
            )
        except LineDown:
            return await self._put_back(backlog, entry)
        except (ContactUnreachable, SendRejected) as error:
            return await self._failed(backlog, entry, message, error)
        except SendOutcomeUnknown:
            self._count(Metric.SENDS_UNKNOWN)
            _log.warning("outbound.send.unknown", extra=_keys(entry))
            raise
        self._count(Metric.SEND_TIME, round((self.clock.monotonic() - started) * 1000))
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

    async def _failed(
        self,
        backlog: Backlog,
        entry: OutboxEntry,
        message: Message,
        error: ContactUnreachable | SendRejected,
    ) -> Progress:
        attempts = entry.attempts + 1
        now = self.clock.now()
        self._count(Metric.SEND_FAILURES)
        _log.warning(
            "outbound.send.failed",
            extra={**_keys(entry), "attempt": attempts, "error_code": error.code},
        )
        if isinstance(error, SendRejected):
            await self.guard.failed(entry)
        if attempts < MAX_ATTEMPTS and isinstance(error, SendRejected):
            await self._retry(backlog, entry, now + retry_delay(attempts), attempts=attempts)
            return Progress(Step.RETRY, now)
        tried = replace(entry, attempts=attempts)
        await self.blocking(self.finish, tried, message, MessageStatus.FAILED, error.code)
        backlog.drop(entry)
        return Progress(Step.SETTLED, now)

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
