"""Generations of one profile: what is new is stored, everything comes back, nothing else does."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.builders import A

from browser_host.profiles import sealing as module
from browser_host.profiles.contents import Contents
from browser_host.profiles.sealing import FULL_EVERY, MOST_PACKS, Sealing
from browser_host.profiles.unpacking import open_pack
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.errors import SnapshotRefused, SnapshotUnusable
from switchboard.domain.snapshot import Builds, Snapshot

BUILDS = Builds("156.0", "leveldb", "4.6.0", "2.3000.0")
RULE = BuildRule("156.0", "leveldb", newer=False)
BLOB = "Default/IndexedDB/https_web.whatsapp.com_0.indexeddb.blob/1/00/1"
LOG = "Default/state.log"


@pytest.fixture
def store() -> MemorySnapshotStore:
    return MemorySnapshotStore()


@pytest.fixture
def live(tmp_path: Path) -> Path:
    profile = tmp_path / "live"
    for name, size in ((BLOB, 300_000), (LOG, 200_000), ("Default/Cookies", 20_000)):
        path = profile / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(size))
    return profile


def snapshot(number: int) -> Snapshot:
    return Snapshot(A, 1, f"{number:04d}")


def seal(
    store: MemorySnapshotStore, live: Path, number: int, known: Contents | None = None
) -> Contents:
    return Sealing(store).seal(snapshot(number), live, BUILDS, known)


def grow(live: Path, size: int = 1000) -> None:
    with (live / LOG).open("ab") as file:
        file.write(os.urandom(size))


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def unsealed(store: MemorySnapshotStore, folder: Path, number: int) -> Contents:
    folder.mkdir()
    return Sealing(store).unseal(snapshot(number), folder, RULE)


def test_each_generation_comes_back_as_it_was(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    known, states = None, []
    for number in range(4):
        known = seal(store, live, number, known)
        states.append(files(live))
        grow(live)
        (live / f"Default/new-{number}").write_text("new")
    (live / BLOB).unlink()
    seal(store, live, 4, known)
    states.append(files(live))
    for number, state in enumerate(states):
        unsealed(store, tmp_path / str(number), number)
        assert files(tmp_path / str(number)) == state


def test_only_what_is_new_is_stored(store: MemorySnapshotStore, live: Path) -> None:
    known = seal(store, live, 0)
    grow(live)
    after = seal(store, live, 1, known)
    first, second = (len(store.stored[snapshot(number).key]) for number in (0, 1))
    assert first > 500_000
    assert second < 70_000, "one piece of the log, and the table"
    assert set(after.packs) == {"1/0000", "1/0001"}


def test_a_restored_profile_goes_on_with_the_packs_that_are_stored(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    seal(store, live, 0)
    known = unsealed(store, tmp_path / "there", 0)
    grow(tmp_path / "there")
    seal(store, tmp_path / "there", 1, known)
    assert len(store.stored[snapshot(1).key]) < 70_000
    unsealed(store, tmp_path / "again", 1)
    assert files(tmp_path / "again") == files(tmp_path / "there")


def test_small_packs_are_put_together_before_a_restore_needs_too_many(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    known = seal(store, live, 0)
    most, sizes = 0, []
    for number in range(1, 3 * MOST_PACKS):
        grow(live, 70_000)
        known = seal(store, live, number, known)
        most = max(most, len(known.packs))
        sizes.append(len(store.stored[snapshot(number).key]))
    assert most <= MOST_PACKS
    assert "1/0000" in known.packs, "the first and largest one stays"
    for name in {
        key for key in store.stored if key.removeprefix(f"profiles/{A}/") not in known.packs
    }:
        del store.stored[name]
    unsealed(store, tmp_path / "last", number)
    assert files(tmp_path / "last") == files(live)


def test_everything_is_stored_anew_once_a_day(
    store: MemorySnapshotStore, live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = seal(store, live, 0)
    later = known.full_at + FULL_EVERY.total_seconds()
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert set(seal(store, live, 1, known).packs) == {"1/0000", "1/0001"}, "not yet"
    monkeypatch.setattr(module.time, "time", lambda: later + 1)
    after = seal(store, live, 2, known)
    assert set(after.packs) == {"1/0002"}
    assert after.full_at == later + 1
    assert len(store.stored[snapshot(2).key]) > 500_000


def test_a_file_that_changed_under_its_old_name_is_noticed(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    known = seal(store, live, 0)
    status = (live / BLOB).stat()
    (live / BLOB).unlink()
    (live / BLOB).write_bytes(os.urandom(status.st_size))
    seal(store, live, 1, known)
    unsealed(store, tmp_path / "there", 1)
    assert files(tmp_path / "there") == files(live)


@pytest.mark.parametrize("damage", ["missing", "cut", "altered", "another's", "no manifest"])
def test_a_damaged_older_pack_is_told(
    store: MemorySnapshotStore, live: Path, tmp_path: Path, damage: str
) -> None:
    known = seal(store, live, 0)
    grow(live)
    seal(store, live, 1, known)
    old, new = snapshot(0).key, snapshot(1).key
    if damage == "missing":
        del store.stored[old]
    elif damage == "no manifest":
        del store.manifests[new]
    elif damage == "altered":  # a whole pack, though not the one that was stored
        content = gzip.decompress(store.stored[old])
        store.stored[old] = gzip.compress(bytes([content[0] ^ 1]) + content[1:])
    else:
        store.stored[old] = store.stored[old][:-9] if damage == "cut" else store.stored[new]
    with pytest.raises(SnapshotUnusable):
        unsealed(store, tmp_path / "there", 1)


@pytest.mark.parametrize(
    "manifest",
    [{}, {"1/0000": 5}, {"1/0001": 5}, {"1/0000": 0, "1/0001": 0}, {"1/0000": 5, "9/other": 5}],
)
def test_a_manifest_that_the_sealed_table_does_not_bear_out_is_refused(
    store: MemorySnapshotStore, live: Path, tmp_path: Path, manifest: dict[str, int]
) -> None:
    known = seal(store, live, 0)
    grow(live)
    seal(store, live, 1, known)
    store.manifests[snapshot(1).key] = manifest
    with pytest.raises(SnapshotUnusable, match="manifest"):
        unsealed(store, tmp_path / "there", 1)


def test_everything_is_stored_anew_when_a_needed_pack_is_not_known(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    known = seal(store, live, 0)
    grow(live)
    assert set(seal(store, live, 1, replace(known, packs={})).packs) == {"1/0001"}
    unsealed(store, tmp_path / "there", 1)
    assert files(tmp_path / "there") == files(live)


def test_a_pack_of_a_later_version_is_refused_and_not_damage(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    seal(store, live, 0)
    content = gzip.decompress(store.stored[snapshot(0).key])
    later = gzip.compress(content.replace(b'"version":2', b'"version":3'))
    store.stored[snapshot(0).key] = later
    with pytest.raises(SnapshotRefused):
        unsealed(store, tmp_path / "there", 0)


def test_a_later_version_is_told_by_the_pack_whatever_the_manifest_says(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    seal(store, live, 0)
    whole = store.stored[snapshot(0).key]
    del store.manifests[snapshot(0).key]  # for this build a manifest of another version is none
    with pytest.raises(SnapshotUnusable) as raised:
        unsealed(store, tmp_path / "damaged", 0)
    assert not isinstance(raised.value, SnapshotRefused)
    later = gzip.decompress(whole).replace(b'"version":2', b'"version":3')
    store.stored[snapshot(0).key] = gzip.compress(later)
    with pytest.raises(SnapshotRefused):
        unsealed(store, tmp_path / "later", 0)


def test_a_full_disk_is_no_damage(store: MemorySnapshotStore, live: Path) -> None:
    seal(store, live, 0)
    packed = live / "pack"
    packed.write_bytes(store.stored[snapshot(0).key])
    with pytest.raises(OSError, match="No space"):
        open_pack("1/0000", packed, Path("/dev/full"))


def test_what_wrote_the_profile_is_told_and_checked_before_anything_is_written(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    seal(store, live, 0)
    assert unsealed(store, tmp_path / "same", 0).builds == BUILDS
    (tmp_path / "older").mkdir()
    with pytest.raises(SnapshotRefused, match=r"156\.0 wrote the profile, 155\.9 is older"):
        Sealing(store).unseal(snapshot(0), tmp_path / "older", replace(RULE, chromium="155.9"))
    assert list((tmp_path / "older").iterdir()) == []


def test_a_pack_cannot_write_outside_the_profile(
    store: MemorySnapshotStore, live: Path, tmp_path: Path
) -> None:
    known = seal(store, live, 0)
    outside = replace(known, files={"../outside": known.files[LOG]})
    with pytest.raises(module.Damaged, match="outside"):
        module.write_files(outside.files, {}, tmp_path / "there")
