"""What a host that died left on the disk: browsers that still run, and readable logins."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from browser_host.profiles.disk import Disk, remove
from browser_host.profiles.worth import TAKEN_AGAIN_WITHIN, epoch_of, is_worthless
from switchboard.domain.errors import InvalidInput, Transient
from switchboard.domain.ids import HostId, OrganizationId, parse_organization_id
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Leftovers:
    """Looks at start and then twice a minute at profiles that no living host works on."""

    me: HostId
    disk: Disk
    sessions: SessionStore
    blocking: Blocking
    clock: Clock
    end_browsers: Callable[[Path], int]
    """Kills what still runs on a profile; how many browsers."""
    found_at: dict[Path, float] = field(default_factory=dict)

    async def begin(self) -> None:
        """Before this host touches a profile."""
        await self.look()

    async def run(self) -> None:
        """Look for good."""
        while True:
            await self.clock.sleep(LOOK_EVERY)
            try:
                await self.look()
            except OSError as error:  # a disk that fails must not end the host
                _log.warning("host.leftovers.not_seen", extra={"reason": str(error.strerror)})

    async def look(self) -> None:
        """End orphaned browsers and remove copies at once, and logins that nobody opens here."""
        await self.blocking(self.disk.clear)
        now, before = self.clock.monotonic(), self.found_at
        self.found_at = {}
        for profile in self.disk.abandoned():
            if ended := await self.blocking(self.end_browsers, profile):
                _log.warning("host.orphans.ended", extra={"count": ended})
            found_at = self.found_at[profile] = before.get(profile, now)
            await self._clear(profile, timedelta(seconds=now - found_at), mine=self.me)

    async def hand_over(self) -> None:
        """This host opens nothing more and gave nothing back: logins go that others can restore."""
        async with asyncio.TaskGroup() as group:
            for profile in self.disk.claimed:
                group.create_task(self._clear(profile, TAKEN_AGAIN_WITHIN, mine=None))
        for profile in self.disk.claimed:
            self.disk.release(profile)

    async def _clear(self, profile: Path, waited: timedelta, *, mine: HostId | None) -> None:
        """Remove a login that is good for nothing.

        Args:
            profile: where it lies.
            waited: since nobody uses it.
            mine: the host that may have just taken the line and be about to open it here.
        """
        keys = {"organization_id": profile.name}
        try:
            if await self._is_worthless(profile, waited, mine):
                await self.blocking(remove, profile)
                _log.info("host.leftover.removed", extra=keys)
        except Transient as error:
            _log.warning("host.leftover.kept", extra={**keys, "error_code": error.code})

    async def _is_worthless(self, profile: Path, waited: timedelta, mine: HostId | None) -> bool:
        organization_id = _organization(profile)
        if organization_id is None:
            return True
        session = await self.blocking(self.sessions.read, organization_id)
        if session is not None and session.owner is not None and session.owner == mine:
            return False
        return is_worthless(session, epoch_of(profile), waited)


def _organization(profile: Path) -> OrganizationId | None:
    try:
        return parse_organization_id(profile.name)
    except InvalidInput:
        return None
