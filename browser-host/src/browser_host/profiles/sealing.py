"""Pack and store, read and unpack: the heavy part of a snapshot, done in a worker process."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from browser_host.profiles.contents import Contents
from browser_host.profiles.copying import settle
from browser_host.profiles.files import marks
from browser_host.profiles.leveldb import Damaged
from browser_host.profiles.packing import Packing
from browser_host.profiles.unpacking import OpenedPack, open_pack, write_files
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.errors import SnapshotUnusable
from switchboard.domain.snapshot import Builds, Snapshot, snapshot_of
from switchboard.ports.snapshot_store import SnapshotStore

MOST_PACKS = 24
"""A restore reads all of a generation's packs, and each costs a call of KMS."""
FULL_EVERY = timedelta(hours=24)
"""Nobody reads old packs until a restore: what rots there is forgotten after a day."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """Goes between folders and the store."""

    store: SnapshotStore

    def seal(
        self, snapshot: Snapshot, folder: Path, builds: Builds, known: Contents | None
    ) -> Contents:
        """Check a copied profile and store what is new in it: one pack, then its manifest.

        Args:
            snapshot: the new generation.
            folder: the copy; read only, its tables may be links into the living profile.
            builds: what wrote the profile.
            known: the newest stored generation of this line.

        Raises:
            Damaged: the copy is not whole; nothing was stored.
            DependencyUnavailable: the store did not answer.
        """
        settle(folder, known.marks if known is not None else {})
        if known is not None and not known.needed <= known.packs.keys():
            known = None  # what lies in packs that nobody knows of is stored again
        now = time.time()
        abandoned = _abandoned(known, now)
        full = known is None or abandoned >= known.packs.keys()
        full_at = now if full or known is None else known.full_at
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            pack = Path(scratch) / "pack"
            packing = Packing(snapshot.generation, known, abandoned)
            contents = packing.write(folder, builds, full_at, pack)
            size = self.store.put(snapshot, pack)
        sizes = {**(known.packs if known is not None else {}), snapshot.generation: size}
        packs = {name: sizes[name] for name in {*contents.needed, snapshot.generation}}
        self.store.complete(snapshot, packs)
        return replace(contents, packs=packs)

    def unseal(self, snapshot: Snapshot, folder: Path, rule: BuildRule) -> Contents:
        """Write a stored profile into an empty folder.

        Raises:
            SnapshotRefused: by a browser that this one must not follow, or of an unknown version.
            SnapshotUnusable: missing, not decryptable, or damaged.
            DependencyUnavailable: the store did not answer.
            OSError: the disk took no more.
        """
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            try:
                opened, size = self._opened(snapshot, Path(scratch))
                manifest = self.store.packs(snapshot)  # after the pack: only that tells a version
                own, packs = opened.table, {snapshot.generation: opened}
                sizes = {snapshot.generation: size}
                rule.check(own.builds)
                for name in set(own.packs) - packs.keys():
                    older = snapshot_of(snapshot.organization_id, name)
                    packs[name], sizes[name] = self._opened(older, Path(scratch))
                _compare(manifest, sizes)
                files = own.resolved({name: pack.table for name, pack in packs.items()})
                write_files(files, packs, folder)
            except Damaged as error:
                raise SnapshotUnusable(str(error)) from error
        return Contents(files, sizes, own.builds, own.full_at, marks(folder))

    def _opened(self, snapshot: Snapshot, scratch: Path) -> tuple[OpenedPack, int]:
        """A pack, and its stored size in bytes."""
        name = snapshot.generation.replace("/", "-")
        packed = scratch / f"{name}.packed"
        size = self.store.get(snapshot, packed)
        opened = open_pack(snapshot.generation, packed, scratch / name)
        packed.unlink()
        return opened, size


def _compare(manifest: Mapping[str, int], sizes: Mapping[str, int]) -> None:
    """Nothing vouches for a manifest but the sealed table."""
    if manifest != sizes:
        raise Damaged("the manifest is not this generation's")


def _abandoned(known: Contents | None, now: float) -> frozenset[str]:
    """Packs whose part of the profile is stored again: all, when that is due, or the small ones."""
    if known is None:
        return frozenset()
    if now - known.full_at > FULL_EVERY.total_seconds():
        return frozenset(known.packs)
    if len(known.packs) < MOST_PACKS:
        return frozenset()
    return frozenset(sorted(known.packs, key=known.packs.__getitem__)[: MOST_PACKS // 2])
