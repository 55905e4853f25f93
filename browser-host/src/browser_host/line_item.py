"""What a line's owner writes into the line item, and tells others, between pages."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from browser_host.ending import Ending, Kind
from browser_host.services import Services
from browser_host.waiting import until_answered
from switchboard.domain.errors import SwitchboardError, Transient
from switchboard.domain.metric import Metric
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Lease, SessionState, SessionStatus, Wanted

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class LineItem:
    """The owner's side of the item, for one lease.

    A store that does not answer is asked again and again: giving the line up for that would leave
    it without anybody, since nobody else can read it either.

    Raises:
        Ownership: (every method) the item names another owner or a newer epoch.
    """

    services: Services
    lease: Lease
    untold: Ending | None = None
    """An end that could not be recorded when it came."""

    async def tell_gone(self, ending: Ending) -> None:
        """Let readers know at once that a page has gone; what follows its end takes time."""
        try:
            await self._record(SessionStatus.DISCONNECTED, ending)
        except Transient:
            self.untold = ending

    async def tell_later(self) -> None:
        """Record the end that was not recorded yet, if there is one."""
        ending, self.untold = self.untold, None
        if ending is not None:
            await self.record(SessionStatus.DISCONNECTED, ending)

    async def record(self, status: SessionStatus, ending: Ending) -> None:
        """Write the state that a page's end leads to."""
        await self.until_answered(functools.partial(self._record, status, ending))

    async def want_stopped(self, restarts: int | None) -> bool:
        """Want nothing more of the line, so that no host tries it again until a person does.

        Args:
            restarts: those that the last page answered, None when they are not known.

        Returns:
            False when a person asked for another page meanwhile.
        """
        return await self.until_answered(functools.partial(self._want_stopped, restarts))

    async def give_back(self, status: SessionStatus, ending: Ending) -> None:
        """Release the line; a drained one is offered to the other hosts at once.

        A stopped one is too: it may have been started meanwhile, else no host takes it.
        """
        given = await self.until_answered(functools.partial(self._release, status, ending))
        _log.info("session.released", extra={**self.log_keys(), "outcome": given})
        if given and ending.kind in (Kind.DRAINED, Kind.STOPPED):
            await self._announce()

    async def notify(self, kind: NoticeKind, ending: Ending) -> None:
        """Tell the operators."""
        organization_id, code = self.lease.organization_id, ending.reason.value
        await self.services.blocking(self.services.notify, organization_id, kind, code)

    async def until_answered[T](self, step: Callable[[], Awaitable[T]]) -> T:
        """Try a step until the store answers."""
        return await until_answered(step, self.services.clock, self.postponed)

    def postponed(self, error: Transient) -> None:
        """Log that a step is tried again."""
        _log.warning("session.store.silent", extra={**self.log_keys(), "error_code": error.code})

    def log_keys(self) -> dict[str, object]:
        """What every record of this line carries."""
        return {
            "organization_id": self.lease.organization_id,
            "session_id": self.lease.organization_id,
            "epoch": self.lease.epoch,
            "owner": self.lease.owner,
        }

    def count(self, metric: Metric, label: str | None = None) -> None:
        """Count something of this line."""
        organization_id = self.lease.organization_id
        self.services.metrics.put(metric, organization_id=organization_id, label=label)

    async def _record(self, status: SessionStatus, ending: Ending) -> None:
        state = SessionState(status, ending.reason, last_error=ending.detail)
        now = self.services.clock.now()
        await self.services.blocking(self.services.sessions.record, self.lease, state, now)
        self.count(Metric.STATE_CHANGES, status)

    async def _want_stopped(self, restarts: int | None) -> bool:
        services, organization_id = self.services, self.lease.organization_id
        session = await services.blocking(services.sessions.read, organization_id)
        if session is not None and restarts not in (None, session.restarts):
            return False
        now, want = services.clock.now(), services.sessions.want
        await services.blocking(want, organization_id, Wanted.STOPPED, now)
        return True

    async def _release(self, status: SessionStatus, ending: Ending) -> bool:
        now, release = self.services.clock.now(), self.services.sessions.release
        return await self.services.blocking(release, self.lease, status, ending.reason, now)

    async def _announce(self) -> None:
        announce = self.services.session_starts.announce
        try:
            await self.services.blocking(announce, self.lease.organization_id)
        except SwitchboardError:  # the sweeper announces lines that wait
            _log.warning("session.not_announced", extra=self.log_keys())
