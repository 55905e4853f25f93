"""One stored generation of a login, written to the disk whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

from browser_host.build_gate import BuildGate
from browser_host.profiles.contents import Contents
from browser_host.profiles.disk import Disk
from browser_host.profiles.sealing import Sealing
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.errors import SnapshotAwaitsCanary
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Snapshot, snapshot_of
from switchboard.ports.blocking import Blocking


@dataclass(frozen=True, slots=True)
class Unsealing:
    """For one line; a login of an older build waits for what the gate says of newer browsers."""

    organization_id: OrganizationId
    disk: Disk
    sealing: Sealing
    gate: BuildGate
    blocking: Blocking
    heavy: Blocking
    """Runs in a worker process."""

    async def __call__(self, generation: str) -> Contents:
        """Write it as the line's profile, which must not be there.

        Raises:
            SnapshotUnusable: damaged or missing.
            SnapshotRefused: this host's browser would wipe it.
            DependencyUnavailable: the store did not answer.
            OSError: the disk took no more.
        """
        snapshot = snapshot_of(self.organization_id, generation)
        rule = await self.gate.rule()
        try:
            return await self._written(snapshot, rule)
        except SnapshotAwaitsCanary:
            if not await self.gate.admits(self.organization_id):
                raise
        return await self._written(snapshot, replace(rule, newer=True))

    async def _written(self, snapshot: Snapshot, rule: BuildRule) -> Contents:
        with self.disk.scratch() as folder:
            target = folder / "profile"
            target.mkdir()
            contents = await self.heavy(self.sealing.unseal, snapshot, target, rule)
            await self.blocking(target.rename, self.disk.profile(self.organization_id))
            return contents
