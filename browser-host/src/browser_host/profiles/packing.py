"""A copied profile as one pack of what is new since older packs.

A pack is gzip: pieces of files, then the generation's table, then the table's length.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

from browser_host.profiles.contents import LENGTH, Contents, Entry, Piece, table
from browser_host.profiles.files import (
    files_in,
    hash_file,
    hash_of,
    is_never_changed,
    mark,
    marks,
    pieces_of,
)
from switchboard.domain.snapshot import Builds

_LEVEL = 1
"""Most of a profile is compressed already: a higher level only costs time."""


@dataclass(slots=True)
class Packing:
    """Used once.

    Attributes:
        generation: of the new pack.
        known: what the newest generation holds, None when nothing is stored yet.
        abandoned: packs that the new generation shall not need any more.
    """

    generation: str
    known: Contents | None
    abandoned: frozenset[str]
    _pieces: dict[str, Piece] = field(default_factory=dict)
    _at: int = 0

    def __post_init__(self) -> None:
        """Learn every piece that may be referred to."""
        pieces = self.known.pieces() if self.known is not None else {}
        self._pieces = {
            hash_: piece for hash_, piece in pieces.items() if piece.pack not in self.abandoned
        }

    def write(self, folder: Path, builds: Builds, full_at: float, target: Path) -> Contents:
        """Write the pack; what the generation then holds (the sizes of its packs come later)."""
        files: dict[str, Entry] = {}
        with gzip.open(target, "wb", compresslevel=_LEVEL) as out:
            for name, path in files_in(folder):
                files[name] = self._unchanged(name, path) or self._made(name, path, out)
            contents = Contents(files, {}, builds, full_at, marks(folder))
            text = table(contents, self.generation)
            out.write(text + LENGTH.pack(len(text)))
        return contents

    def _unchanged(self, name: str, path: Path) -> Entry | None:
        """The entry of a file that is known without reading it."""
        older = self._older(name)
        if older is None or self.known is None or not is_never_changed(name):
            return None
        return older if self.known.marks.get(name) == mark(path) else None

    def _made(self, name: str, path: Path, out: gzip.GzipFile) -> Entry:
        """Write the pieces that no pack has."""
        status, hash_ = path.stat(), hash_file(path)
        older = self._older(name)
        if older and (older.hash, older.modified_ns) == (hash_, status.st_mtime_ns):
            return older
        pieces = tuple(self._piece(content, out) for content in pieces_of(path))
        return Entry(self.generation, status.st_size, status.st_mtime_ns, hash_, pieces)

    def _older(self, name: str) -> Entry | None:
        """The entry of the newest generation, unless it needs a pack that shall go."""
        entry = self.known.files.get(name) if self.known is not None else None
        return entry if entry is not None and not entry.packs & self.abandoned else None

    def _piece(self, content: bytes, out: gzip.GzipFile) -> Piece:
        hash_ = hash_of(content)
        if hash_ not in self._pieces:
            out.write(content)
            self._pieces[hash_] = Piece(hash_, self.generation, self._at, len(content))
            self._at += len(content)
        return self._pieces[hash_]
