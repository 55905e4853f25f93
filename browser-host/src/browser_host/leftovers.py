"""What a host that died left on the disk: browsers that still run, and readable logins."""

from __future__ import annotations

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
            try:
                if await self._is_worthless(profile, timedelta(seconds=now - found_at)):
                    await self.blocking(remove, profile)
                    _log.info("host.leftover.removed", extra={"organization_id": profile.name})
            except Transient as error:
                self._kept(profile, error)

    async def hand_over(self) -> None:
        """This host was fenced: its logins go that others have, or can restore."""
        for profile in self.disk.claimed:
            try:
                if await self._is_worthless(profile, TAKEN_AGAIN_WITHIN):
                    await self.blocking(remove, profile)
            except Transient as error:
                self._kept(profile, error)
            self.disk.release(profile)

    async def _is_worthless(self, profile: Path, waited: timedelta) -> bool:
        organization_id = _organization(profile)
        if organization_id is None:
            return True
        session = await self.blocking(self.sessions.read, organization_id)
        if session is not None and session.owner == self.me:
            return False  # this host has just taken the line and is about to open it
        return is_worthless(session, epoch_of(profile), waited)

    def _kept(self, profile: Path, error: Transient) -> None:
        keys = {"organization_id": profile.name, "error_code": error.code}
        _log.warning("host.leftover.kept", extra=keys)


def _organization(profile: Path) -> OrganizationId | None:
    try:
        return parse_organization_id(profile.name)
    except InvalidInput:
        return None
