"""A snapshot rests on an old base and the logs since, as long as none of them is missing."""

import errno
import shutil
import struct
from pathlib import Path
from typing import Any

import google_crc32c
import pytest

from browser_host.profiles import base as module
from browser_host.profiles.copying import copy_closed, settle
from browser_host.profiles.leveldb import Damaged, log_numbers, version_of
from browser_host.profiles.tables import masked

NAME = "https_web.whatsapp.com_0.indexeddb.leveldb"


def record(payload: bytes) -> bytes:
    """One whole record of a LevelDB log."""
    checksum = masked(google_crc32c.value(b"\x01" + payload))
    return struct.pack("<IHB", checksum, len(payload), 1) + payload


def edit(*, log: int, made: tuple[int, ...] = (), gone: tuple[int, ...] = ()) -> bytes:
    """A MANIFEST's record: the oldest log that counts, tables of 4 bytes made and deleted."""
    text = bytes([2, log])
    text += b"".join(bytes([6, 0, number]) for number in gone)
    text += b"".join(bytes([7, 0, number, 4, 1]) + b"a" + bytes([1]) + b"b" for number in made)
    return record(text)


class Database:
    """A living LevelDB, as far as its files go."""

    def __init__(self, profile: Path) -> None:
        self.folder = profile / "Default/IndexedDB" / NAME
        self.folder.mkdir(parents=True)
        (self.folder / "CURRENT").write_text("MANIFEST-000001\n")
        (self.folder / "MANIFEST-000001").write_bytes(edit(log=3, made=(2,)))
        (self.folder / "000002.ldb").write_bytes(b"two!")
        self.write(3, b"first")

    def write(self, log: int, payload: bytes) -> None:
        with (self.folder / f"{log:06d}.log").open("ab") as file:
            file.write(record(payload))

    def compact(self, into: int, gone: int, log: int) -> None:
        """What is in the logs becomes a table, and the old table goes into it."""
        with (self.folder / "MANIFEST-000001").open("ab") as file:
            file.write(edit(log=log, made=(into,), gone=(gone,)))
        (self.folder / f"{into:06d}.ldb").write_bytes(b"new!")
        (self.folder / f"{gone:06d}.ldb").unlink()
        for old in self.folder.glob("*.log"):
            if int(old.stem) < log:
                old.unlink()

    def rewrite(self, into: int, gone: int) -> None:
        """A compaction of tables: the logs stay."""
        self.compact(into, gone, log=3)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "live")


def copied(tmp_path: Path, number: int) -> Path:
    copy_closed(tmp_path / "live", tmp_path / str(number))
    return tmp_path / str(number) / "Default/IndexedDB" / NAME


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"CURRENT", "MANIFEST-000001"}


def test_what_a_compaction_rewrote_is_not_in_the_next_snapshot(
    database: Database, tmp_path: Path
) -> None:
    first = copied(tmp_path, 1)
    assert names(first) == {"000002.ldb", "000003.log"}
    database.write(3, b"second")
    whole = (database.folder / "000003.log").read_bytes()
    database.write(4, b"third")
    database.compact(into=5, gone=2, log=4)
    second = copied(tmp_path, 2)
    assert names(second) == {"000002.ldb", "000003.log", "000004.log"}
    assert (second / "000003.log").read_bytes() == whole, "with what was written after the first"
    assert (second / "000002.ldb").read_bytes() == b"two!"
    assert version_of(second) == version_of(first)


def test_a_log_that_came_and_went_makes_the_copy_the_new_base(
    database: Database, tmp_path: Path
) -> None:
    copied(tmp_path, 1)
    database.write(4, b"nobody saw it")
    database.compact(into=5, gone=2, log=4)
    database.write(6, b"third")
    database.compact(into=7, gone=5, log=6)
    second = copied(tmp_path, 2)
    assert names(second) == {"000007.ldb", "000006.log"}
    database.write(8, b"fourth")
    database.compact(into=9, gone=7, log=8)
    assert names(copied(tmp_path, 3)) == {"000007.ldb", "000006.log", "000008.log"}


def test_a_database_that_was_opened_anew_is_the_new_base(
    database: Database, tmp_path: Path
) -> None:
    copied(tmp_path, 1)
    (database.folder / "MANIFEST-000001").write_bytes(edit(log=4, made=(5,)))
    (database.folder / "000005.ldb").write_bytes(b"new!")
    (database.folder / "000002.ldb").unlink()
    (database.folder / "000003.log").unlink()
    database.write(4, b"after")
    assert names(copied(tmp_path, 2)) == {"000005.ldb", "000004.log"}


def test_logs_that_outgrow_the_tables_end_a_base(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(tmp_path, 1)
    database.write(4, b"x" * 100)
    database.compact(into=5, gone=2, log=4)
    monkeypatch.setattr(module, "_LEAST_LOG_BYTES", 50)
    assert names(copied(tmp_path, 2)) == {"000005.ldb", "000004.log"}


def test_every_log_that_a_manifest_named_is_told() -> None:
    assert log_numbers(edit(log=3) + edit(log=7) + edit(log=7)) == {3, 7}


def whole(folder: Path) -> bool:
    """Whether each table that the MANIFEST names is there."""
    return all((folder / f"{number:06d}.ldb").exists() for number in version_of(folder).tables)


@pytest.mark.parametrize("written", ["MANIFEST-000001", "CURRENT"])
def test_a_base_that_was_cut_short_is_made_anew(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    copy2 = shutil.copy2
    for into, gone in ((6, 2), (7, 6), (8, 7)):
        database.rewrite(into, gone)

    def cut(source: Path, target: Path) -> Any:
        if module.FOLDER in target.parts and source.name == written:
            target.write_bytes(source.read_bytes()[: len(edit(log=3, made=(2,)))])
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy2(source, target)

    monkeypatch.setattr(shutil, "copy2", cut)
    with pytest.raises(OSError, match="No space"):
        copied(tmp_path, 1)
    monkeypatch.undo()
    for number in (2, 3):
        folder = copied(tmp_path, number)
        assert whole(folder)
        assert names(folder) == {"000008.ldb", "000003.log"}


@pytest.mark.parametrize("left", [1, 2, 3])
def test_a_manifest_that_names_other_tables_than_the_base_has_is_not_rested_on(
    database: Database, tmp_path: Path, left: int
) -> None:
    """What a former build left when it was cut short."""
    edits = [edit(log=3, made=(2,))]
    for into, gone in ((6, 2), (7, 6), (8, 7)):
        database.rewrite(into, gone)
        edits.append(edit(log=3, made=(into,), gone=(gone,)))
    copied(tmp_path, 1)
    base = tmp_path / "live" / module.FOLDER / NAME
    (base / "MANIFEST-000001").write_bytes(b"".join(edits[:left]))
    for number in (2, 3):
        assert whole(copied(tmp_path, number))


@pytest.mark.parametrize("damage", ["missing", "cut"])
def test_a_base_without_its_tables_is_made_anew(
    database: Database, tmp_path: Path, damage: str
) -> None:
    copied(tmp_path, 1)
    database.compact(into=5, gone=2, log=4)
    table = tmp_path / "live" / module.FOLDER / NAME / "000002.ldb"
    table.unlink()
    if damage == "cut":
        table.write_bytes(b"two")
    database.write(4, b"after")
    assert names(copied(tmp_path, 2)) == {"000005.ldb", "000004.log"}


@pytest.mark.parametrize("place", [0, -1])
def test_a_damaged_manifest_is_told_as_damage(
    database: Database, tmp_path: Path, place: int
) -> None:
    copied(tmp_path, 1)
    database.rewrite(into=5, gone=2)
    manifest = database.folder / "MANIFEST-000001"
    content = bytearray(manifest.read_bytes())
    content[place] ^= 1
    manifest.write_bytes(content)
    with pytest.raises(Damaged):
        copied(tmp_path, 2)
    with pytest.raises(Damaged):
        log_numbers(bytes(content))


def test_a_copy_that_is_not_whole_is_not_rested_on_again(
    database: Database, tmp_path: Path
) -> None:
    (database.folder / "MANIFEST-000001").write_bytes(edit(log=3))
    (database.folder / "000002.ldb").unlink()
    copied(tmp_path, 1)
    settle(tmp_path / "1", {})
    with (database.folder / "MANIFEST-000001").open("ab") as file:
        file.write(edit(log=4))
    (database.folder / "000003.log").unlink()
    database.write(4, b"after")
    rotten = tmp_path / "live" / module.FOLDER / NAME / "000003.log"
    rotten.write_bytes(rotten.read_bytes()[:-1] + b"?")
    copied(tmp_path, 2)
    with pytest.raises(Damaged, match="checksum"):
        settle(tmp_path / "2", {})
    assert names(copied(tmp_path, 3)) == {"000004.log"}
    settle(tmp_path / "3", {})


def test_a_database_that_was_deleted_leaves_nothing_to_the_one_after_it(
    database: Database, tmp_path: Path
) -> None:
    database.write(9, b"of the old one, and so is what is in log 3")
    copied(tmp_path, 1)
    shutil.rmtree(database.folder)
    Database(tmp_path / "live")
    (database.folder / "MANIFEST-000001").write_bytes(edit(log=3, made=(2,)) + edit(log=3))
    assert names(copied(tmp_path, 2)) == {"000002.ldb", "000003.log"}
    database.write(3, b"second")
    log = (database.folder / "000003.log").read_bytes()
    database.write(4, b"third")
    database.compact(into=5, gone=2, log=4)
    third = copied(tmp_path, 3)
    assert names(third) == {"000002.ldb", "000003.log", "000004.log"}
    assert (third / "000003.log").read_bytes() == log
