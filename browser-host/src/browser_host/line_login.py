"""What becomes of a line's login when its last page here has ended."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass

from browser_host.ending import Ending, Kind
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from switchboard.domain.errors import Transient
from switchboard.domain.session import Wanted

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LineLogin:
    """The browser has exited; a store that does not answer leaves the rest to `Leftovers`."""

    services: Services
    snapshots: LineSnapshots

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
