"""Where encrypted snapshots lie."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from switchboard.domain.snapshot import Snapshot
from switchboard.ports.snapshot_disposal import SnapshotDisposal


class SnapshotStore(SnapshotDisposal, Protocol):
    """A generation is a pack of its own, and a manifest that names every pack it needs.

    Neither ever changes; a pack can be read only as what it was stored as.
    """

    def put(self, snapshot: Snapshot, pack: Path) -> int:
        """Encrypt a pack and store it; its stored size in bytes.

        Conditional on: nothing being stored under this snapshot.

        Raises:
            Conflict: something is.
            DependencyUnavailable: the store did not answer.
            OSError: of the disk that the pack lies on.
        """
        ...

    def complete(self, snapshot: Snapshot, packs: Mapping[str, int]) -> None:
        """Store the manifest, when all that it names is stored.

        Args:
            snapshot: whose manifest.
            packs: stored bytes by generation, the snapshot's own pack among them.

        Conditional on: the snapshot having no manifest.

        Raises:
            Conflict: it has one.
            DependencyUnavailable: the store did not answer.
        """
        ...

    def packs(self, snapshot: Snapshot) -> Mapping[str, int]:
        """Read a manifest; nothing vouches for what it says, whoever may write can change it.

        Nor for its version: whether a later build wrote the snapshot is told by its sealed pack,
        which is to be read first.

        Raises:
            SnapshotUnusable: missing (the snapshot was never completed), or not a manifest that
                this build writes.
            DependencyUnavailable: the store did not answer.
        """
        ...

    def get(self, snapshot: Snapshot, target: Path) -> int:
        """Read a pack and decrypt it into a file; its stored size in bytes.

        Raises:
            SnapshotUnusable: missing, tampered with, or another organization's or generation's.
            DependencyUnavailable: the store, or what keeps the key, did not answer.
            OSError: the disk took no more.
        """
        ...
