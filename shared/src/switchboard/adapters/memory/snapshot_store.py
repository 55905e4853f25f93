"""Snapshots in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from switchboard.domain.errors import Conflict, SnapshotUnusable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Snapshot, prefix


@dataclass(frozen=True, slots=True)
class MemorySnapshotStore:
    """`SnapshotStore` in memory; both dictionaries go by the snapshot's key."""

    stored: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, Mapping[str, int]] = field(default_factory=dict)

    def put(self, snapshot: Snapshot, pack: Path) -> int:
        """Store a pack's bytes."""
        if snapshot.key in self.stored:
            raise Conflict("this snapshot is stored already")
        self.stored[snapshot.key] = pack.read_bytes()
        return len(self.stored[snapshot.key])

    def complete(self, snapshot: Snapshot, packs: Mapping[str, int]) -> None:
        """Store the manifest."""
        if snapshot.key in self.manifests:
            raise Conflict("this snapshot is complete already")
        self.manifests[snapshot.key] = dict(packs)

    def packs(self, snapshot: Snapshot) -> Mapping[str, int]:
        """Read the manifest."""
        if snapshot.key not in self.manifests:
            raise SnapshotUnusable("the snapshot's manifest is missing")
        return self.manifests[snapshot.key]

    def get(self, snapshot: Snapshot, target: Path) -> int:
        """Write a pack's bytes back."""
        if snapshot.key not in self.stored:
            raise SnapshotUnusable(f"the pack {snapshot.generation} is missing")
        return target.write_bytes(self.stored[snapshot.key])

    def delete(self, snapshot: Snapshot) -> None:
        """Forget both."""
        self.stored.pop(snapshot.key, None)
        self.manifests.pop(snapshot.key, None)

    def dispose(
        self, organization_id: OrganizationId, keep: Collection[str], up_to_epoch: int
    ) -> int:
        """Forget what nobody needs."""
        begin, gone = prefix(organization_id), 0
        for objects in (self.stored, self.manifests):
            for key in list(objects):
                generation = key.removeprefix(begin)
                old = key.startswith(begin) and int(generation.partition("/")[0]) <= up_to_epoch
                if old and generation not in keep:
                    del objects[key]
                    gone += 1
        return gone
