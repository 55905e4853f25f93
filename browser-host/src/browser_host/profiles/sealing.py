"""Pack and store, read and unpack: the heavy part of a snapshot, done in a worker process."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from browser_host.profiles.leveldb import Damaged
from browser_host.profiles.packing import pack, unpack
from switchboard.domain.errors import SnapshotUnusable
from switchboard.domain.snapshot import Snapshot
from switchboard.ports.snapshot_store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Sealing:
    """Goes between folders and the store."""

    store: SnapshotStore

    def seal(self, snapshot: Snapshot, folder: Path) -> int:
        """Store a copied profile; its packed size in bytes."""
        with tempfile.NamedTemporaryFile(dir=folder.parent) as file:
            packed = Path(file.name)
            pack(folder, packed)
            self.store.put(snapshot, packed)
            return packed.stat().st_size

    def unseal(self, snapshot: Snapshot, folder: Path) -> None:
        """Write a stored profile into an empty folder.

        Raises:
            SnapshotUnusable: missing, not decryptable, or damaged.
        """
        with tempfile.NamedTemporaryFile(dir=folder.parent) as file:
            packed = Path(file.name)
            self.store.get(snapshot, packed)
            try:
                unpack(packed, folder)
            except Damaged as error:
                raise SnapshotUnusable(str(error)) from error
