"""Lets a host with a newer browser try it on a few logins before all others follow."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from browser_host.profiles.backend import OWN
from switchboard.domain.build_rule import BuildRule, NewerBuilds
from switchboard.domain.ids import OrganizationId
from switchboard.ports.clock import Clock

_log = logging.getLogger(__name__)

CANARY_RESTORES = 3
"""Logins that have to be accepted, one after the other, before all may be opened."""
WAIT_FOR_CANARY = timedelta(seconds=60)
"""Several times what a restored page needs to be ready; then the line is given back."""
_LOOK_EVERY = timedelta(seconds=1)


@dataclass(slots=True)
class BuildGate:
    """One for all lines of a host."""

    chromium: Callable[[], Awaitable[str]]
    newer: NewerBuilds
    clock: Clock
    to_prove: int = CANARY_RESTORES
    trying: OrganizationId | None = None
    spoiled: bool = False
    """A login did not survive the newer browser: no other is tried."""

    async def rule(self) -> BuildRule:
        """What may be opened here now.

        Raises:
            PageNeverReady: the browser does not tell its version.
        """
        proved = self.to_prove == 0 and not self.spoiled
        canary = self.newer is NewerBuilds.CANARY and proved
        newer = self.newer is NewerBuilds.ALLOWED or canary
        return BuildRule(await self.chromium(), OWN, newer=newer)

    async def admits(self, organization_id: OrganizationId) -> bool:
        """Wait until a login of an older build may be tried here; False when it may not."""
        until = self.clock.monotonic() + WAIT_FOR_CANARY.total_seconds()
        while self.newer is NewerBuilds.CANARY and not self.spoiled:
            if self.to_prove == 0:
                return True
            if self.trying in (None, organization_id):
                self.trying = organization_id
                return True
            if self.clock.monotonic() >= until:
                return False
            await self.clock.sleep(_LOOK_EVERY)
        return False

    def accepted(self, organization_id: OrganizationId) -> None:
        """The restored login works."""
        if self.trying == organization_id:
            self.trying, self.to_prove = None, self.to_prove - 1
            _log.info("host.build.proved", extra={"left": self.to_prove})

    def lost(self, organization_id: OrganizationId) -> None:
        """The restored login was not accepted."""
        if self.trying == organization_id:
            self.trying, self.spoiled = None, True
            _log.error("host.build.spoiled", extra={"organization_id": organization_id})

    def left(self, organization_id: OrganizationId) -> None:
        """The line went before anybody could tell."""
        if self.trying == organization_id:
            self.trying = None
