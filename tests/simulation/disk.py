"""A machine's disk and the snapshot bucket, in memory: the real `LineSnapshots` works on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tests.simulation.mutants import patched
from tests.simulation.whatsapp import Profile

import browser_host.snapshots
from switchboard.domain.errors import Conflict, SnapshotUnusable
from switchboard.domain.snapshot import Snapshot

DEFAULT = "Default"
"""The part of a profile's folder that Chromium keeps."""


@dataclass
class Disk:
    """Files by path; a profile's folder holds one `Profile`."""

    files: dict[str, Any] = field(default_factory=dict)
    folders: int = 0


@dataclass(frozen=True)
class DiskPath:
    """As much of `pathlib.Path` as `LineSnapshots` asks for."""

    disk: Disk
    name: str

    def __truediv__(self, part: str) -> "DiskPath":
        return DiskPath(self.disk, f"{self.name}/{part}")

    @property
    def parent(self) -> "DiskPath":
        return DiskPath(self.disk, self.name.rpartition("/")[0])

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        """Folders need not be made."""

    def exists(self) -> bool:
        return self.name in self.disk.files

    def touch(self) -> None:
        """The host's own sign of life; nobody looks at it here."""

    def read_text(self) -> str:
        if self.name not in self.disk.files:
            raise FileNotFoundError(self.name)
        return self.disk.files[self.name]

    def write_text(self, text: str) -> None:
        self.disk.files[self.name] = text

    def rename(self, target: "DiskPath") -> None:
        for name in self._names():
            self.disk.files[target.name + name.removeprefix(self.name)] = self.disk.files.pop(name)

    def remove(self) -> None:
        for name in self._names():
            del self.disk.files[name]

    def profile(self) -> Profile:
        """What the browser finds, or makes."""
        return self.disk.files.setdefault((self / DEFAULT).name, Profile())

    def _names(self) -> list[str]:
        inside = f"{self.name}/"
        return [n for n in self.disk.files if n == self.name or n.startswith(inside)]


@dataclass
class Bucket:
    """`SnapshotStore` of profiles; a damaged one is told only when it is read."""

    packs: dict[str, Profile] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)

    def put(self, snapshot: Snapshot, profile: Profile) -> None:
        if snapshot.key in self.packs:
            raise Conflict("this snapshot is stored already")
        self.packs[snapshot.key] = profile

    def get(self, snapshot: Snapshot) -> Profile:
        if snapshot.key not in self.packs or snapshot.key in self.damaged:
            raise SnapshotUnusable("missing or damaged")
        return self.packs[snapshot.key].copy()

    def delete(self, snapshot: Snapshot) -> None:
        self.packs.pop(snapshot.key, None)


@dataclass(frozen=True)
class SimulatedSealing:
    """Goes between the disk and the bucket."""

    store: Any

    def seal(self, snapshot: Snapshot, folder: DiskPath) -> int:
        self.store.put(snapshot, folder.profile().copy())
        return 1

    def unseal(self, snapshot: Snapshot, folder: DiskPath) -> None:
        folder.disk.files[(folder / DEFAULT).name] = self.store.get(snapshot)


def _copy(profile: DiskPath, copy: DiskPath, browser_pid: int | None = None) -> None:
    copy.disk.files[(copy / DEFAULT).name] = profile.profile().copy()


def _mkdtemp(*, prefix: str, dir: DiskPath) -> DiskPath:  # noqa: A002 - tempfile's own name
    dir.disk.folders += 1
    return dir / f"{prefix}{dir.disk.folders}"


def _rmtree(path: DiskPath, *, ignore_errors: bool) -> None:
    path.remove()


@contextmanager
def simulated_disk() -> Iterator[None]:
    """Let `browser_host.snapshots` work on simulated disks."""
    module = browser_host.snapshots
    with (
        patched(module, "shutil", SimpleNamespace(rmtree=_rmtree)),
        patched(module, "tempfile", SimpleNamespace(mkdtemp=_mkdtemp)),
        patched(module, "Path", lambda path: path),
        patched(module, "copy_closed", _copy),
        patched(module, "copy_live", _copy),
        patched(module, "_fingerprint", lambda path: path.profile().changes),
    ):
        yield
