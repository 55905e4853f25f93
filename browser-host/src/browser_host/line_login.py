"""A line's login: on disk before its first page, and what becomes of it after the last one."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from browser_host.drain import Drain
from browser_host.ending import Ending, Kind
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots, Taken
from browser_host.waiting import AGAIN_AFTER, result_within
from switchboard.domain.errors import PageNeverReady, SnapshotRefused, Transient
from switchboard.domain.session import Reason, Wanted
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

REST_WITHIN = timedelta(seconds=5)
"""A send is over within a second or two; a drain must not wait for one that hangs."""
STORED_WITHIN = timedelta(seconds=80)
"""The last snapshot with its tries; a large profile is uploaded at a bounded speed."""
TRIES = 3
ONLY_ONE_TRIES = 60
"""Without any stored login the next owner would show a QR."""
CLAIMED_WITHIN = timedelta(seconds=10)
_ASKED_EVERY = timedelta(milliseconds=50)
_ON_PURPOSE = frozenset({Kind.DRAINED, Kind.STOPPED, Kind.RESTARTED, Kind.TOO_LARGE})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class LineLogin:
    """The browser has exited; a store that does not answer leaves the rest to `Leftovers`."""

    services: Services
    snapshots: LineSnapshots
    drain: Drain

    async def restore(self) -> Ending | None:
        """Have the login on disk.

        Returns:
            Why no page may be opened, None when one may.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        try:
            await self._restore()
        except SnapshotRefused as error:
            return Ending(Kind.REFUSED, Reason.BUILD_REFUSED, str(error))
        except PageNeverReady as error:
            return Ending(Kind.LOST, Reason.PAGE_NEVER_READY, str(error))
        except OSError as error:
            return _refused(error)
        return None

    @property
    def only_here(self) -> bool:
        """Whether nothing is known to be stored of what may be a login."""
        return self.snapshots.linked and self.snapshots.stored is None

    async def rest(
        self,
        ending: Ending,
        page: LinkedPage,
        ready: asyncio.Event,
        all_told: Callable[[], bool],
    ) -> bool:
        """Before a page is closed on purpose: let it finish what is in its hands.

        A page that is closed in the middle of a send leaves a login that must not be restored, and
        what it heard since the snapshot before is lost with it unless it was told.

        Args:
            ending: of the page.
            page: still open.
            ready: whether it can send.
            all_told: whether everything was passed on that the page told.

        Returns:
            Whether what it leaves is a whole login with nothing unsent.
        """
        if ending.kind not in _ON_PURPOSE:
            return False
        clock, sending = self.services.clock, self.snapshots.sending
        until = clock.monotonic() + REST_WITHIN.total_seconds()
        while (left := until - clock.monotonic()) > 0:
            if all_told() and not sending():
                if not ready.is_set():
                    return False
                settled = await result_within(_settled(page), timedelta(seconds=left), clock)
                if settled and ready.is_set() and not sending():
                    return True
            await clock.sleep(_ASKED_EVERY)
        return False

    async def store(self) -> None:
        """Store what a page left that came to rest.

        Raises:
            Ownership: the line is another's: nothing was published.
        """
        if not await result_within(self._stored(), STORED_WITHIN, self.services.clock):
            keys = {"organization_id": self.snapshots.lease.organization_id}
            _log.warning("session.login.not_stored", extra=keys)

    async def settle(self, *, at_rest: bool) -> None:
        """Store what the browser left, then leave nothing readable behind.

        Args:
            at_rest: what `rest` said of the last page.
        """
        keys = {"organization_id": self.snapshots.lease.organization_id}
        try:
            if not await self.drain.in_time(self._store_or_forget(at_rest=at_rest)):
                _log.warning("session.login.not_settled", extra=keys)
        except Transient as error:
            _log.warning("session.login.not_settled", extra={**keys, "error_code": error.code})
        await self.leave()

    async def leave(self) -> None:
        """Leave nothing readable behind."""
        with suppress(Transient):
            await self.snapshots.leave()

    async def _store_or_forget(self, *, at_rest: bool) -> bool:
        """True: it came to its end."""
        organization_id = self.snapshots.lease.organization_id
        session = await self.services.blocking(self.services.sessions.read, organization_id)
        if session is not None and session.wanted is Wanted.DELETED:
            await self.snapshots.forget()
        elif at_rest:
            await self.store()
        return True

    async def _stored(self) -> bool:
        for _ in range(ONLY_ONE_TRIES if self.only_here else TRIES):
            if await self.snapshots.take(None) is not Taken.FAILED:
                return True
            await self.services.clock.sleep(AGAIN_AFTER)
        return False

    async def _restore(self) -> None:
        """A look at what dead hosts left holds a profile for as long as a table takes to answer."""
        clock = self.services.clock
        until = clock.monotonic() + CLAIMED_WITHIN.total_seconds()
        while True:
            try:
                return await self.snapshots.restore()
            except BlockingIOError:
                if clock.monotonic() >= until:
                    raise
            await clock.sleep(AGAIN_AFTER)


async def _settled(page: LinkedPage) -> bool:
    """Whether the page is connected and holds nothing unsent."""
    try:
        return (await page.login_state()).settled
    except Transient:
        return False


def _refused(error: OSError) -> Ending:
    """Another host's disk may have room, or be whole."""
    if error.errno in _FULL:
        return Ending(Kind.REFUSED, Reason.HOST_FULL, f"this host's disk is full: {error.strerror}")
    _log.error("host.disk.failed", extra={"reason": str(error.strerror)})
    detail = f"the profile cannot be used on this host: {error.strerror}"
    return Ending(Kind.REFUSED, Reason.PAGE_NEVER_READY, detail)
