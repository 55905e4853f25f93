"""Where encrypted snapshots lie."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from switchboard.domain.snapshot import Snapshot


class SnapshotStore(Protocol):
    """Snapshots never change; what is stored can be read only as what it was stored as."""

    def put(self, snapshot: Snapshot, source: Path) -> None:
        """Encrypt a file and store it.

        Conditional on: nothing being stored under this snapshot.

        Raises:
            Conflict: something is.
            DependencyUnavailable: the store did not answer.
        """
        ...

    def get(self, snapshot: Snapshot, target: Path) -> None:
        """Read and decrypt into a file.

        Raises:
            SnapshotUnusable: missing, tampered with, or another organization's or generation's.
            DependencyUnavailable: the store did not answer.
        """
        ...

    def delete(self, snapshot: Snapshot) -> None:
        """Forget one; nothing happens when it is not there."""
        ...
