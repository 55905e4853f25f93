"""Is a LevelDB table whole? Every block carries a checksum; the index names the blocks.

Source: LevelDB, doc/table_format.md; Snappy, format_description.txt.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import google_crc32c

_MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER_BYTES = 48
_TRAILER = struct.Struct("<BI")
_PLAIN, _SNAPPY = 0, 1
_FIXED = struct.Struct("<I")


def check_table(table: Path) -> None:
    """Check the index and every block that it names.

    Raises:
        ValueError, IndexError, struct.error: saying what is wrong.
    """
    content = memoryview(table.read_bytes())
    footer = bytes(content[-_FOOTER_BYTES:])
    if len(footer) < _FOOTER_BYTES or footer[-len(_MAGIC) :] != _MAGIC:
        raise ValueError(f"{table.name} is cut")
    at = 0
    for _ in range(2):  # where the index of metadata lies, which nobody reads
        _, at = number(footer, at)
    start, at = number(footer, at)
    size, _ = number(footer, at)
    kind, index = _block(table, content, start, size)
    if kind == _SNAPPY:
        index = unsnappied(index)
    elif kind != _PLAIN:
        return  # its checksum holds; a compression of later builds is theirs to read
    for handle in _values(index):
        start, at = number(handle, 0)
        size, _ = number(handle, at)
        _block(table, content, start, size)


def number(data: bytes, at: int) -> tuple[int, int]:
    """A varint, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004 - the continuation bit
            return value, at
        shift += 7


def masked(checksum: int) -> int:
    """How LevelDB stores a CRC-32C."""
    return (((checksum >> 15) | (checksum << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def unsnappied(data: bytes) -> bytes:
    """Undo Snappy; only for an index, some tens of kB."""
    length, at = number(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:  # a literal
            size = tag >> 2
            if size >= 60:  # noqa: PLR2004 - then so many bytes hold the length
                width = size - 59
                size = int.from_bytes(data[at : at + width], "little")
                at += width
            out += data[at : at + size + 1]
            at += size + 1
            continue
        size, back, at = _copy(tag, data, at)
        for _ in range(size):  # may overlap what it writes
            out.append(out[-back])
    if len(out) != length:
        raise ValueError("an index that is not Snappy")
    return bytes(out)


def _copy(tag: int, data: bytes, at: int) -> tuple[int, int, int]:
    """(bytes to copy, how far back they lie, where the element ends)."""
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
    width = 2 if tag & 3 == 2 else 4  # noqa: PLR2004 - the element's type
    return (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little"), at + width


def _block(table: Path, content: memoryview, start: int, size: int) -> tuple[int, bytes]:
    """A block's compression and bytes."""
    end = start + size
    kind, checksum = _TRAILER.unpack_from(content, end)
    if masked(google_crc32c.value(bytes(content[start : end + 1]))) != checksum:
        raise ValueError(f"a block of {table.name} at {start} has a wrong checksum")
    return kind, bytes(content[start:end])


def _values(block: bytes) -> Iterator[bytes]:
    """The values of a block's entries; the restart points stand at its end."""
    (restarts,) = _FIXED.unpack_from(block, len(block) - _FIXED.size)
    end, at = len(block) - _FIXED.size * (restarts + 1), 0
    while at < end:
        _, at = number(block, at)
        unshared, at = number(block, at)
        length, at = number(block, at)
        at += unshared
        yield block[at : at + length]
        at += length
