"""Stored generations of a login: the newest that is whole is written to the disk."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from browser_host.build_gate import BuildGate
from browser_host.profiles.contents import Contents
from browser_host.profiles.disk import Disk, remove
from browser_host.profiles.sealing import Sealing
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.errors import (
    SnapshotAwaitsCanary,
    SnapshotRefused,
    SnapshotUnusable,
    SwitchboardError,
)
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease
from switchboard.domain.snapshot import Snapshot, snapshot_of
from switchboard.ports.blocking import Blocking
from switchboard.ports.metrics import Metrics

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unsealing:
    """For one line; a login of an older build waits for what the gate says of newer browsers."""

    lease: Lease
    disk: Disk
    sealing: Sealing
    gate: BuildGate
    metrics: Metrics
    blocking: Blocking
    heavy: Blocking
    """Runs in a worker process."""

    async def newest(
        self, generations: Iterable[str], unusable: set[str]
    ) -> tuple[str, Contents] | None:
        """Put the newest one that is whole in the place of the line's profile.

        One that this host may not open is another host's to open: an older one would lack what was
        heard since.

        Args:
            generations: the newest first.
            unusable: not tried; those that are found damaged or missing join them.

        Raises:
            SnapshotRefused: this host's browser would wipe it.
            DependencyUnavailable: the store did not answer.
            OSError: the disk took no more.
        """
        for generation in generations:
            if generation in unusable:
                continue
            try:
                contents = await self._unsealed(snapshot_of(self.lease.organization_id, generation))
            except SnapshotRefused as error:
                self._complain("session.snapshot.refused", generation, error)
                raise
            except SnapshotUnusable as error:
                self._count(Metric.SNAPSHOTS_UNUSABLE)
                self._complain("session.snapshot.unusable", generation, error)
                unusable.add(generation)
            else:
                self._count(Metric.SNAPSHOTS_RESTORED)
                _log.info("session.snapshot.restored", extra={**self._keys(), "reason": generation})
                return generation, contents
        return None

    async def _unsealed(self, snapshot: Snapshot) -> Contents:
        rule = await self.gate.rule()
        try:
            return await self._written(snapshot, rule)
        except SnapshotAwaitsCanary:
            if not await self.gate.admits(self.lease.organization_id):
                raise
        return await self._written(snapshot, replace(rule, newer=True))

    async def _written(self, snapshot: Snapshot, rule: BuildRule) -> Contents:
        """Whole or not at all."""
        with self.disk.scratch() as folder:
            target = folder / "profile"
            target.mkdir()
            contents = await self.heavy(self.sealing.unseal, snapshot, target, rule)
            profile = self.disk.profile(self.lease.organization_id)
            await self.blocking(remove, profile)
            await self.blocking(target.rename, profile)
            return contents

    def _count(self, metric: Metric) -> None:
        self.metrics.put(metric, organization_id=self.lease.organization_id)

    def _complain(self, event: str, generation: str, error: SwitchboardError) -> None:
        keys = {"reason": f"{generation}: {error}", "error_code": error.code}
        _log.error(event, extra={**self._keys(), **keys})

    def _keys(self) -> dict[str, object]:
        return {"organization_id": self.lease.organization_id, "epoch": self.lease.epoch}
