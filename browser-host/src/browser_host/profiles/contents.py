"""What a generation holds: files, made of pieces that lie in its own pack or in older ones."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from browser_host.profiles.files import Mark
from browser_host.profiles.leveldb import Damaged
from switchboard.domain.errors import SnapshotRefused
from switchboard.domain.snapshot import Builds

LENGTH = struct.Struct(">Q")
"""Of a table; the last bytes of a pack."""
_VERSION = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a file, and where they lie in an opened pack."""

    hash: str
    pack: str
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One file; `holder` is the pack whose table has the entry in full."""

    holder: str
    size: int
    modified_ns: int
    hash: str
    pieces: tuple[Piece, ...]

    @property
    def packs(self) -> set[str]:
        """Every pack that is needed to write the file."""
        return {self.holder, *(piece.pack for piece in self.pieces)}


@dataclass(frozen=True, slots=True)
class Contents:
    """One generation's files by name, and what wrote them.

    Attributes:
        files: name relative to the profile -> entry.
        packs: stored bytes of every pack that the files need.
        builds: what wrote the profile.
        full_at: when everything was last stored anew, seconds since the epoch.
    """

    files: Mapping[str, Entry]
    packs: Mapping[str, int]
    builds: Builds
    full_at: float
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """On this disk only: of files that are never changed in place."""

    @property
    def needed(self) -> set[str]:
        """Every pack that the files need."""
        return {pack for entry in self.files.values() for pack in entry.packs}

    def pieces(self) -> dict[str, Piece]:
        """Every piece by its hash."""
        return {piece.hash: piece for entry in self.files.values() for piece in entry.pieces}


def table(contents: Contents, generation: str) -> bytes:
    """The table at the end of a generation's pack; older packs' entries are only referred to."""
    names = sorted(contents.needed)
    numbers = {name: number for number, name in enumerate(names)}
    files = {
        name: _full(entry, numbers) if entry.holder == generation else numbers[entry.holder]
        for name, entry in contents.files.items()
    }
    text = {
        "version": _VERSION,
        "builds": asdict(contents.builds),
        "full_at": contents.full_at,
        "packs": names,
        "files": files,
    }
    return json.dumps(text, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read back: entries in full, and names of entries that other tables have."""

    builds: Builds
    full_at: float
    packs: tuple[str, ...]
    full: Mapping[str, Entry]
    elsewhere: Mapping[str, str]

    def resolved(self, tables: Mapping[str, Table]) -> dict[str, Entry]:
        """All entries.

        Raises:
            Damaged: a table that is referred to has not the entry.
        """
        files = dict(self.full)
        try:
            for name, holder in self.elsewhere.items():
                files[name] = tables[holder].full[name]
        except KeyError as error:
            raise Damaged(f"no table has the file {error}") from error
        return files


def read_table(text: bytes, generation: str) -> Table:
    """Read the table of a generation's pack.

    Raises:
        Damaged: not a table of ours.
        SnapshotRefused: of a version that this build does not read.
    """
    try:
        told = json.loads(text)
        if told["version"] != _VERSION:
            raise SnapshotRefused(f"a pack of version {told['version']}")
        packs = tuple(told["packs"])
        files = told["files"].items()
        full = {
            name: _entry(fields, packs, generation)
            for name, fields in files
            if isinstance(fields, list)
        }
        elsewhere = {name: packs[number] for name, number in files if isinstance(number, int)}
        return Table(Builds(**told["builds"]), float(told["full_at"]), packs, full, elsewhere)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Damaged(f"not a table of ours: {error}") from error


def _full(entry: Entry, numbers: Mapping[str, int]) -> list[Any]:
    pieces = [[piece.hash, numbers[piece.pack], piece.at, piece.size] for piece in entry.pieces]
    return [entry.size, entry.modified_ns, entry.hash, pieces]


def _entry(fields: list[Any], packs: tuple[str, ...], holder: str) -> Entry:
    size, modified_ns, hash_, pieces = fields
    made = tuple(Piece(one, packs[number], at, length) for one, number, at, length in pieces)
    return Entry(holder, size, modified_ns, hash_, made)
