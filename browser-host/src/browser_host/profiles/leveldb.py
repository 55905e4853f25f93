"""Is a LevelDB folder whole? Chromium deletes every table of one that is not.

Source: LevelDB, doc/log_format.md and db/version_edit.cc.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import google_crc32c

from browser_host.profiles.tables import check_table, masked, number
from switchboard.domain.errors import SnapshotUnusable

_BLOCK = 32_768
_HEADER = struct.Struct("<IHB")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class Damaged(SnapshotUnusable):
    """The folder would be wiped by the browser that opens it."""


@dataclass(slots=True)
class Version:
    """What the MANIFEST names: living tables with their sizes, and the oldest log that counts."""

    tables: dict[int, int] = field(default_factory=dict)
    first_log: int = 0


def folders(profile: Path) -> list[Path]:
    """Every LevelDB folder of a profile."""
    return sorted(path.parent for path in profile.rglob("CURRENT"))


def check(folder: Path, intact: Callable[[Path], bool] = lambda _: False) -> None:
    """Check MANIFEST, tables, blocks and log checksums; a torn end of a log is legal.

    Args:
        folder: the database.
        intact: tells tables that were checked before, which need not be read again.

    Raises:
        Damaged: saying what is missing or wrong.
    """
    with _damage(folder.name):
        version = _version(folder)
        for number_, size in version.tables.items():
            _check_table(folder / f"{number_:06d}.ldb", size, intact)
        for log in folder.glob("*.log"):
            if int(log.stem) >= version.first_log:
                for _ in _records(log.read_bytes()):
                    pass


def drop_unnamed(folder: Path) -> None:
    """Remove tables that the MANIFEST does not name: the output of an unfinished compaction.

    LevelDB uses such a number again, and a hard link would then write into the living profile.
    Logs older than those that count go too: they are in the tables.

    Raises:
        Damaged: the MANIFEST cannot be read.
    """
    version = version_of(folder)
    for table in folder.glob("*.ldb"):
        if int(table.stem) not in version.tables:
            table.unlink()
    for log in folder.glob("*.log"):
        if int(log.stem) < version.first_log:
            log.unlink()


def _check_table(table: Path, size: int, intact: Callable[[Path], bool]) -> None:
    if table.stat().st_size != size:
        raise ValueError(f"{table.name} has not the size that the MANIFEST names")
    if not intact(table):
        check_table(table)


def version_of(folder: Path) -> Version:
    """What the MANIFEST says.

    Raises:
        Damaged: it cannot be read.
    """
    with _damage(folder.name):
        return _version(folder)


def manifest_of(folder: Path) -> bytes:
    """The MANIFEST that counts.

    Raises:
        Damaged: it cannot be found.
    """
    with _damage(folder.name):
        return _manifest(folder)


def log_numbers(manifest: bytes) -> set[int]:
    """Every log that a MANIFEST has ever named as the oldest that counts: none was left out.

    Raises:
        Damaged: it cannot be read.
    """
    with _damage("MANIFEST"):
        return {version.first_log for version in _versions(manifest)}


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """What is wrong with a database, in the host's terms."""
    try:
        yield
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise Damaged(f"{name}: {error}") from error


def _version(folder: Path) -> Version:
    last = Version()
    for version in _versions(_manifest(folder)):
        last = version
    return last


def _manifest(folder: Path) -> bytes:
    return (folder / (folder / "CURRENT").read_text().strip()).read_bytes()


def _versions(manifest: bytes) -> Iterator[Version]:
    """The same object after each edit."""
    version = Version()
    for record in _records(manifest):
        _apply(record, version)
        yield version


def _apply(record: bytes, version: Version) -> None:
    """One version edit: tag, then its fields."""
    reader = _Reader(record)
    while not reader.done:
        match reader.number():
            case 1:  # comparator
                reader.text()
            case 2:  # log number
                version.first_log = reader.number()
            case 3 | 4 | 9:  # next file, last sequence, previous log
                reader.number()
            case 5:  # compact pointer
                reader.number()
                reader.text()
            case 6:  # deleted file
                reader.number()
                version.tables.pop(reader.number(), None)
            case 7:  # new file
                reader.number()
                number, size = reader.number(), reader.number()
                reader.text()
                reader.text()
                version.tables[number] = size
            case tag:
                raise ValueError(f"the MANIFEST holds the unknown tag {tag}")


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0

    @property
    def done(self) -> bool:
        return self.at >= len(self.data)

    def number(self) -> int:
        """A varint."""
        value, self.at = number(self.data, self.at)
        return value

    def text(self) -> None:
        """A text with its length before it; nobody needs it."""
        length = self.number()
        self.at += length


def _records(data: bytes) -> Iterator[bytes]:
    """The records of a log, put together from their fragments."""
    at, whole = 0, b""
    while at + _HEADER.size <= len(data):
        left = _BLOCK - at % _BLOCK
        if left < _HEADER.size:
            at += left
            continue
        checksum, length, kind = _HEADER.unpack_from(data, at)
        if (checksum, length, kind) == (0, 0, 0):
            return  # the tail is reserved and not yet written
        end = at + _HEADER.size + length
        if end > len(data):
            return  # torn by a crash: legal
        if masked(google_crc32c.value(data[at + 6 : end])) != checksum:
            raise ValueError(f"a log record at {at} has a wrong checksum")
        fragment, at = data[at + _HEADER.size : end], end
        whole = fragment if kind in (_FULL, _FIRST) else whole + fragment
        if kind in (_FULL, _LAST):
            yield whole
