"""Is a LevelDB folder whole? Chromium deletes every table of one that is not.

Source: LevelDB, doc/log_format.md, doc/table_format.md and db/version_edit.cc.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import google_crc32c

_BLOCK = 32_768
_HEADER = struct.Struct("<IHB")
_MAGIC = bytes.fromhex("57fb808b247547db")
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4


class Damaged(Exception):
    """The folder would be wiped by the browser that opens it."""


@dataclass(slots=True)
class Version:
    """What the MANIFEST names: living tables with their sizes, and the oldest log that counts."""

    tables: dict[int, int] = field(default_factory=dict)
    first_log: int = 0


def folders(profile: Path) -> list[Path]:
    """Every LevelDB folder of a profile."""
    return sorted(path.parent for path in profile.rglob("CURRENT"))


def check(folder: Path) -> None:
    """Check MANIFEST, tables and log checksums; a torn end of a log is legal.

    Raises:
        Damaged: saying what is missing or wrong.
    """
    try:
        version = _version(folder)
        for number, size in version.tables.items():
            _check_table(folder / f"{number:06d}.ldb", size)
        for log in folder.glob("*.log"):
            if int(log.stem) >= version.first_log:
                for _ in _records(log.read_bytes()):
                    pass
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise Damaged(f"{folder.name}: {error}") from error


def drop_unnamed(folder: Path) -> None:
    """Remove tables that the MANIFEST does not name: the output of an unfinished compaction.

    LevelDB uses such a number again, and a hard link would then write into the living profile.
    """
    version = _version(folder)
    for table in folder.glob("*.ldb"):
        if int(table.stem) not in version.tables:
            table.unlink()


def _check_table(table: Path, size: int) -> None:
    if table.stat().st_size != size:
        raise ValueError(f"{table.name} has not the size that the MANIFEST names")
    with table.open("rb") as file:
        file.seek(-len(_MAGIC), 2)
        if file.read() != _MAGIC:
            raise ValueError(f"{table.name} is cut")


def _version(folder: Path) -> Version:
    current = (folder / "CURRENT").read_text().strip()
    version = Version()
    for record in _records((folder / current).read_bytes()):
        _apply(record, version)
    return version


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
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:  # noqa: PLR2004 - the continuation bit
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
        if _masked(google_crc32c.value(data[at + 6 : end])) != checksum:
            raise ValueError(f"a log record at {at} has a wrong checksum")
        fragment, at = data[at + _HEADER.size : end], end
        whole = fragment if kind in (_FULL, _FIRST) else whole + fragment
        if kind in (_FULL, _LAST):
            yield whole


def _masked(checksum: int) -> int:
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF
