"""A profile put together again from its packs, whole or not at all."""

from __future__ import annotations

import gzip
import os
import shutil
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from browser_host.profiles.contents import LENGTH, Entry, Table, read_table
from browser_host.profiles.files import hash_file, make_folder
from browser_host.profiles.leveldb import Damaged, check, folders

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class OpenedPack:
    """A pack's bytes in a file, and its table."""

    path: Path
    table: Table


def open_pack(generation: str, packed: Path, target: Path) -> OpenedPack:
    """Unzip a pack beside others.

    Raises:
        Damaged: not a pack of ours.
        SnapshotRefused: of a version that this build does not read.
        OSError: the disk took no more.
    """
    try:
        with gzip.open(packed) as read, target.open("wb") as written:
            shutil.copyfileobj(read, written, _BLOCK_BYTES)
        with target.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - LENGTH.size, 0))
            (length,) = LENGTH.unpack(file.read())
            file.seek(max(size - LENGTH.size - length, 0))
            text = file.read(length)
    except (gzip.BadGzipFile, EOFError, zlib.error, struct.error) as error:
        raise Damaged(f"not a pack of ours: {error}") from error
    return OpenedPack(target, read_table(text, generation))


def write_files(files: Mapping[str, Entry], packs: Mapping[str, OpenedPack], folder: Path) -> None:
    """Write every file, with its time, and check what was written.

    Raises:
        Damaged: a pack lacks a piece, a file is not what was packed, or a database is not whole.
    """
    for name, entry in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Damaged(f"a file outside the profile: {name}")
        make_folder(folder, Path(name).parent)
        _write(entry, packs, path)
        if hash_file(path) != entry.hash:
            raise Damaged(f"{name} is not what was packed")
        os.utime(path, ns=(entry.modified_ns, entry.modified_ns))
    for leveldb in folders(folder):
        check(leveldb)


def _write(entry: Entry, packs: Mapping[str, OpenedPack], path: Path) -> None:
    with path.open("wb") as out:
        for piece in entry.pieces:
            if piece.pack not in packs:
                raise Damaged(f"the pack {piece.pack} is missing")
            with packs[piece.pack].path.open("rb") as pack:
                pack.seek(piece.at)
                out.write(pack.read(piece.size))
