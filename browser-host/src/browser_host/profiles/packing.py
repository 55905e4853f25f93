"""A copied profile as one file, and back; every file's hash travels with it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from browser_host.profiles.leveldb import Damaged, check, folders

_MANIFEST = "switchboard.json"
_VERSION = 1
_LEVEL = 1
"""Most of a profile is compressed already: a higher level only costs time."""


def pack(folder: Path, target: Path) -> None:
    """Write a folder into one file."""
    hashes: dict[str, str] = {}
    with tarfile.open(target, "w:gz", compresslevel=_LEVEL) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = str(path.relative_to(folder))
                hashes[name] = _hash(path)
                archive.add(path, name)
        text = json.dumps({"version": _VERSION, "files": hashes}).encode()
        member = tarfile.TarInfo(_MANIFEST)
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))


def unpack(source: Path, folder: Path) -> None:
    """Write a packed folder back, whole or not at all.

    Raises:
        Damaged: not a pack, or not every file as it was packed.
    """
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf8"))
        (folder / _MANIFEST).unlink()
        wanted = manifest["files"]
        found = {
            str(path.relative_to(folder)): _hash(path)
            for path in folder.rglob("*")
            if path.is_file()
        }
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise Damaged(f"not a pack of ours: {error}") from error
    if manifest.get("version") != _VERSION or found != wanted:
        raise Damaged("the files are not those that were packed")
    for leveldb in folders(folder):
        check(leveldb)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
