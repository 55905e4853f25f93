"""Snapshots in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from switchboard.domain.errors import Conflict, SnapshotUnusable
from switchboard.domain.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class MemorySnapshotStore:
    """`SnapshotStore` in memory."""

    packs: dict[str, bytes] = field(default_factory=dict)

    def put(self, snapshot: Snapshot, source: Path) -> None:
        """Store a file's bytes."""
        if snapshot.key in self.packs:
            raise Conflict("this snapshot is stored already")
        self.packs[snapshot.key] = source.read_bytes()

    def get(self, snapshot: Snapshot, target: Path) -> None:
        """Write them back."""
        if snapshot.key not in self.packs:
            raise SnapshotUnusable("the snapshot is missing")
        target.write_bytes(self.packs[snapshot.key])

    def delete(self, snapshot: Snapshot) -> None:
        """Forget them."""
        self.packs.pop(snapshot.key, None)
