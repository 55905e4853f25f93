"""A snapshot rests on an old base and the logs since, as long as none of them is missing."""

import struct
from pathlib import Path

import google_crc32c
import pytest

from browser_host.profiles import base as module
from browser_host.profiles.copying import copy_closed
from browser_host.profiles.leveldb import log_numbers, version_of
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
