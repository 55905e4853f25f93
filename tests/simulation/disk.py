"""A machine's disk and the snapshot bucket, in memory: the real `LineSnapshots` works on them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.mutation import patched
from tests.simulation.whatsapp import Profile

import browser_host.profiles.worth
import browser_host.snapshots
import browser_host.unsealing
from browser_host.profiles.backend import LEVELDB
from browser_host.profiles.contents import Contents
from switchboard.domain.errors import Conflict, SnapshotUnusable
from switchboard.domain.snapshot import Builds, Snapshot, prefix, snapshot_of

DEFAULT = "Default"
"""The part of a profile's folder that Chromium keeps."""
EPOCH = "switchboard-epoch"


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

    def mkdir(self, *, parents: bool = False, exist_ok: bool = False) -> None:
        """Folders need not be made."""

    def exists(self) -> bool:
        return any(f"{name}/".startswith(f"{self.name}/") for name in self.disk.files)

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

    stored: dict[str, Profile] = field(default_factory=dict)
    manifests: dict[str, dict[str, int]] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)

    def put(self, snapshot: Snapshot, profile: Profile) -> None:
        if snapshot.key in self.stored:
            raise Conflict("this snapshot is stored already")
        self.stored[snapshot.key] = profile
        self.manifests[snapshot.key] = {snapshot.generation: 1}

    def get(self, snapshot: Snapshot) -> Profile:
        if snapshot.key not in self.stored or snapshot.key in self.damaged:
            raise SnapshotUnusable("missing or damaged")
        return self.stored[snapshot.key].copy()

    def packs(self, snapshot: Snapshot) -> dict[str, int]:
        if snapshot.key not in self.manifests:
            raise SnapshotUnusable("no manifest")
        return self.manifests[snapshot.key]

    def delete(self, snapshot: Snapshot) -> None:
        self.stored.pop(snapshot.key, None)
        self.manifests.pop(snapshot.key, None)

    def dispose(self, organization_id: Any, keep: Any, up_to_epoch: int) -> int:
        begin = prefix(organization_id)
        names = [key.removeprefix(begin) for key in self.stored if key.startswith(begin)]
        old = [name for name in names if int(name.partition("/")[0]) <= up_to_epoch]
        gone = [name for name in old if name not in keep]
        for name in gone:
            self.delete(snapshot_of(organization_id, name))
        return len(gone)


BUILDS = Builds("156.0", LEVELDB, "4.6.0", "2.3000.0")


@dataclass(frozen=True)
class SimulatedSealing:
    """Goes between the disk and the bucket; every pack is a whole profile."""

    store: Any

    def seal(self, snapshot: Snapshot, folder: DiskPath, *_: Any) -> Contents:
        self.store.put(snapshot, folder.profile().copy())
        return Contents({}, {snapshot.generation: 1}, BUILDS, 0.0)

    def unseal(self, snapshot: Snapshot, folder: DiskPath, rule: Any) -> Contents:
        rule.check(BUILDS)
        folder.disk.files[(folder / DEFAULT).name] = self.store.get(snapshot)
        return Contents({}, self.store.packs(snapshot), BUILDS, 0.0)


@dataclass(frozen=True)
class HostDisk:
    """As much of `profiles.disk.Disk` as `LineSnapshots` asks for."""

    root: DiskPath
    taken: set[str] = field(default_factory=set)

    @property
    def claimed(self) -> list[DiskPath]:
        return [self.root / name for name in self.taken]

    def profile(self, name: str) -> DiskPath:
        return self.root / name

    def claim(self, profile: DiskPath) -> None:
        """Nobody shares a simulated disk."""
        self.taken.add(profile.name.rpartition("/")[2])

    def release(self, profile: DiskPath) -> None:
        self.taken.discard(profile.name.rpartition("/")[2])

    @contextmanager
    def scratch(self) -> Iterator[DiskPath]:
        self.root.disk.folders += 1
        folder = self.root / f".scratch-{self.root.disk.folders}"
        try:
            yield folder
        finally:
            folder.remove()


def _copy(profile: DiskPath, copy: DiskPath, browser_pid: int | None = None) -> None:
    copy.disk.files[(copy / DEFAULT).name] = profile.profile().copy()


def _epoch_of(profile: DiskPath) -> int | None:
    mark = profile / EPOCH
    return int(mark.read_text()) if mark.exists() else None


def _nothing(*_: Any) -> None:
    """Simulated pages keep no localStorage."""


@contextmanager
def simulated_disk() -> Iterator[None]:
    """Let `browser_host.snapshots` work on simulated disks."""
    stand_ins = {
        "copy_closed": _copy,
        "copy_live": _copy,
        "remove": DiskPath.remove,
        "backend_of": lambda _: LEVELDB,
        "keep": _nothing,
        "given": _nothing,
        "owed": _nothing,
        "fingerprint": lambda path, _: path.profile().changes,
    }
    marks = {
        "epoch_of": _epoch_of,
        "mark_epoch": lambda profile, epoch: (profile / EPOCH).write_text(str(epoch)),
        "unmark": lambda profile: (profile / EPOCH).remove(),
    }
    with ExitStack() as patches:
        for name, value in stand_ins.items():
            patches.enter_context(patched(browser_host.snapshots, name, value))
        for name, value in marks.items():
            patches.enter_context(patched(browser_host.profiles.worth, name, value))
        patches.enter_context(patched(browser_host.unsealing, "remove", DiskPath.remove))
        yield
