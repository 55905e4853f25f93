"""How a browser keeps IndexedDB in a profile."""

from __future__ import annotations

from pathlib import Path

LEVELDB, SQLITE = "leveldb", "sqlite"
OWN = LEVELDB
"""What this host's browsers keep: the roll-out of the other one is switched off at launch."""
_SQLITE_HEADER = b"SQLite format 3\0"


def backend_of(profile: Path) -> str:
    """Which one the profile has, by what lies in its IndexedDB folder; an empty one has ours."""
    for path in sorted((profile / "Default/IndexedDB").rglob("*")):
        if path.is_dir() and path.name.endswith(".indexeddb.leveldb"):
            return LEVELDB
        if path.is_file() and _begins_as_sqlite(path):
            return SQLITE
    return OWN


def _begins_as_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER
