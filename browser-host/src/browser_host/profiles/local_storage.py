"""localStorage beside the profile: the browser writes its own copy up to a minute late."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "switchboard-local-storage.json"
_ON_DISK = "Default/Local Storage/leveldb"


def keep(profile: Path, items: Mapping[str, str], now_ns: int) -> None:
    """Note what the page held at that time.

    Args:
        profile: the browser's directory.
        items: what the page held.
        now_ns: nanoseconds since the epoch, by the clock that stamps files.
    """
    _write(profile, {"at_ns": now_ns, "owed": False, "items": dict(items)})


def owed(profile: Path) -> Mapping[str, str] | None:
    """What the page has to be given, None when what the browser wrote itself is newer.

    What was owed once stays owed until `given`: a browser that starts touches its files, whatever
    they hold.
    """
    noted = _noted(profile)
    if noted is None or not (noted["owed"] or _written_ns(profile) < noted["at_ns"]):
        return None
    _write(profile, {**noted, "owed": True})
    items: Mapping[str, str] = noted["items"]
    return items


def given(profile: Path, now_ns: int) -> None:
    """The page holds it again; from now on what the browser writes is newer."""
    noted = _noted(profile)
    if noted is not None and noted["owed"]:
        keep(profile, noted["items"], now_ns)


def _written_ns(profile: Path) -> int:
    """When the browser last wrote its localStorage."""
    folder = profile / _ON_DISK
    files = [*folder.glob("*.log"), *folder.glob("*.ldb")]
    return max((file.stat().st_mtime_ns for file in files), default=0)


def _noted(profile: Path) -> dict[str, Any] | None:
    try:
        noted = json.loads((profile / FILE).read_text(encoding="utf8"))
    except (OSError, ValueError):
        return None
    is_ours = isinstance(noted, dict) and isinstance(noted.get("items"), dict)
    return noted if is_ours and isinstance(noted.get("at_ns"), int) else None


def _write(profile: Path, noted: Mapping[str, Any]) -> None:
    """Replace the file at once: a copy may be taken at any time."""
    descriptor, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=profile)
    try:
        with os.fdopen(descriptor, "w", encoding="utf8") as file:
            json.dump(noted, file)
        Path(name).replace(profile / FILE)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
