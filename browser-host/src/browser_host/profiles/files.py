"""Files of a profile: which are written once, how they are known again, and their pieces."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

PIECE_BYTES = 64 << 10
"""Logs grow at their end: at most this much of what was stored before is stored again."""
_NEVER_CHANGED = re.compile(r"\.ldb$|\.indexeddb\.blob/")
"""Written once under a name of their own: a hard link is a copy that costs nothing."""

type Mark = tuple[int, int, int]
"""Inode, size and time of a file."""


def is_never_changed(name: str) -> bool:
    """Whether a file of this name is written once."""
    return bool(_NEVER_CHANGED.search(name))


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file by its name relative to the folder, in order."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path


def make_folder(root: Path, inside: Path) -> None:
    """Make a folder below another, which is never made: whoever removed it wants nothing there.

    Raises:
        FileNotFoundError: the root is not there.
    """
    folder = root
    for part in inside.parts:
        folder /= part
        folder.mkdir(exist_ok=True)


def mark(path: Path) -> Mark:
    """Holds on this disk only: a hard link has it too, a later file of the same name has not."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def marks(folder: Path) -> dict[str, Mark]:
    """How files that are written once are known again without reading them."""
    return {name: mark(path) for name, path in files_in(folder) if is_never_changed(name)}


def pieces_of(path: Path) -> Iterator[bytes]:
    """The file's bytes, piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def hash_of(piece: bytes) -> str:
    """What a piece is known by."""
    return hashlib.blake2b(piece, digest_size=16).hexdigest()


def hash_file(path: Path) -> str:
    """What a whole file must be after it was put together again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
