"""A line's login: on disk before its first page, and what becomes of it after the last one."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass

from browser_host.ending import Ending, Kind
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from switchboard.domain.errors import PageNeverReady, SnapshotRefused, Transient
from switchboard.domain.session import Reason, Wanted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LineLogin:
    """The browser has exited; a store that does not answer leaves the rest to `Leftovers`."""

    services: Services
    snapshots: LineSnapshots

    async def restore(self) -> Ending | None:
        """Have the login on disk.

        Returns:
            Why no page may be opened, None when one may.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        try:
            await self.snapshots.restore()
        except SnapshotRefused as error:
            return Ending(Kind.REFUSED, Reason.BUILD_REFUSED, str(error))
        except PageNeverReady as error:
            return Ending(Kind.LOST, Reason.PAGE_NEVER_READY, str(error))
        except OSError as error:  # another host's disk may have room
            detail = f"this host's disk took no more: {error.strerror}"
            return Ending(Kind.REFUSED, Reason.HOST_FULL, detail)
        return None

    async def settle(self, ending: Ending, *, ready: bool) -> None:
        """Store what the browser left, then leave nothing readable behind.

        Args:
            ending: of the last page.
            ready: whether that page was ready when it was closed.
        """
        organization_id = self.snapshots.lease.organization_id
        try:
            session = await self.services.blocking(self.services.sessions.read, organization_id)
            if session is not None and session.wanted is Wanted.DELETED:
                await self.snapshots.forget()
            elif ready and self._at_rest(ending):
                await self.snapshots.take(None)
            await self.snapshots.leave()
        except Transient as error:
            told = {"organization_id": organization_id, "error_code": error.code}
            _log.warning("session.login.not_settled", extra=told)

    async def leave(self) -> None:
        """Leave nothing readable behind."""
        with suppress(Transient):
            await self.snapshots.leave()

    def _at_rest(self, ending: Ending) -> bool:
        """Whether the page was closed on purpose and with no send under way."""
        return ending.kind in (Kind.DRAINED, Kind.STOPPED) and not self.snapshots.sending()
