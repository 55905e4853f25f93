"""Take the grant without which nothing leaves: pace, fence, ban signs, limits and pauses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.application.ban_guard import BanGuard
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics
from switchboard.ports.rate_gate import Granted, RateGate, Refused

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TakeGrant:
    """One owner's way to its organization's gate.

    Raises:
        DependencyUnavailable: a store did not answer, or the host fenced itself: try again later.
        Ownership: another owner has the line: stop at once.
    """

    lease: Lease
    gate: RateGate
    guard: BanGuard
    clock: Clock
    metrics: Metrics
    blocking: Blocking
    may_write: Callable[[], bool]
    """False once the host could not renew its heartbeat for 13 s: it fences itself."""
    draw: Callable[[], float]
    """Uniform in [0, 1): what makes intervals random."""

    def rests_until(self, *, urgent: bool) -> datetime | None:
        """Until when the pace lets nothing go."""
        if urgent:
            return None
        rest = self.guard.pacing.bucket.wait(self.clock.monotonic())
        return self.clock.now() + rest if rest else None

    async def __call__(self, *, urgent: bool) -> Refused | None:
        """Take a token; None when it was granted."""
        if not self.may_write():
            raise DependencyUnavailable("this host could not renew its heartbeat in time")
        await self.guard.hold()
        answer = await self._ask(urgent=urgent)
        if isinstance(answer, Refused):
            return await self._told(answer)
        self.guard.pacing.bucket.spend(self.clock.monotonic(), self.draw(), answer.per_minute)
        return None

    async def still_refused(self, *, urgent: bool) -> Refused | None:
        """Why there would be no grant now, without taking one: nobody types for a send in vain."""
        await self.guard.hold()
        now = self.guard.now()
        refused = await self.blocking(self.gate.refusal, self.lease, now, urgent=urgent)
        if refused is None or refused.behind is not None:
            return None
        return await self._told(self._in_clocks_time(refused, now))

    async def _ask(self, *, urgent: bool) -> Granted | Refused:
        """Ask the gate in a time that does not jump; the answer is in the clock's own."""
        while True:
            now = self.guard.now()
            answer = await self.blocking(self.gate.grant, self.lease, now, urgent=urgent)
            if isinstance(answer, Granted):
                return answer
            if answer.behind is None:
                return self._in_clocks_time(answer, now)
            _log.warning(
                "outbound.clock.behind",
                extra={
                    "organization_id": self.lease.organization_id,
                    "behind_ms": round(answer.behind.total_seconds() * 1000),
                },
            )
            self.guard.pacing.time.forward(answer.behind)

    def _in_clocks_time(self, refused: Refused, now: datetime) -> Refused:
        if refused.paused:
            return refused
        return replace(refused, until=self.clock.now() + (refused.until - now))

    async def _told(self, refused: Refused) -> Refused:
        """Count and log a refusal; a full window is told to the operators."""
        organization_id, window = self.lease.organization_id, refused.window
        label = "paused" if refused.paused else window
        self.metrics.put(Metric.GRANTS_REFUSED, organization_id=organization_id, label=label)
        keys = {"window": window, "paused": refused.paused}
        _log.info("outbound.grant.refused", extra={"organization_id": organization_id, **keys})
        if window is not None:
            await self.guard.limit_reached(window)
        return refused
