"""A database as it once was, and every log since: what compaction rewrites is not stored again.

LevelDB writes each change to a log first. Tables are made of logs, and a compaction rewrites tens
of MB of them though nothing new was said. So a snapshot holds the tables of a base with the
MANIFEST of its time, and all logs written since: a browser that opens it replays them. A hard link
keeps a log after LevelDB deleted it.

Source: LevelDB, doc/impl.md (Recovery) and db/db_impl.cc (`DBImpl::Recover` replays every log not
older than the MANIFEST's log number, in order).
"""

from __future__ import annotations

import shutil
from pathlib import Path

from browser_host.profiles.leveldb import Damaged, Version, log_numbers, manifest_of, version_of

FOLDER = "switchboard-base"
"""In the profile, so that it goes with it."""
_DATABASES = "Default/IndexedDB"
_LEAST_LOG_BYTES = 16 << 20
"""Replayed in well under a second; below this a small database is not stored anew."""


def link_logs(profile: Path) -> None:
    """Hold on to the logs of the living databases; to be called while they stand still."""
    for live in (profile / _DATABASES).glob("*.leveldb"):
        base = profile / FOLDER / live.name
        base.mkdir(parents=True, exist_ok=True)
        for log in live.glob("*.log"):
            held = base / log.name
            if held.exists() and not held.samefile(log):
                held.unlink()  # of a database that was deleted: the new one counts from the start
                (base / "CURRENT").unlink(missing_ok=True)
            if not held.exists():
                held.hardlink_to(log)


def rest_on_base(profile: Path, copy: Path) -> None:
    """Put the base and the logs since in a copy's place, or make the copy the new base.

    Args:
        profile: the browser's directory, where the base lies.
        copy: of the profile, taken just after `link_logs`.

    Raises:
        Damaged: the copy cannot be read.
    """
    (copy / FOLDER).symlink_to(profile.resolve() / FOLDER)  # for `leave_base`
    for fresh in (copy / _DATABASES).glob("*.leveldb"):
        base = profile / FOLDER / fresh.name
        if _leads_to(base, fresh):
            _replace(fresh, base)
        else:
            _rebase(base, fresh)


def leave_base(copy: Path) -> None:
    """The copy is not whole, perhaps for what it rests on: the next one becomes the new base."""
    for current in (copy / FOLDER).glob("*/CURRENT"):
        current.unlink(missing_ok=True)


def _leads_to(base: Path, fresh: Path) -> bool:
    """Whether base and logs together are what the fresh copy is, and not too much to replay."""
    try:
        before, version = manifest_of(base), version_of(base)
    except Damaged:
        return False
    now = manifest_of(fresh)
    if not now.startswith(before):
        return False  # the database was opened anew since
    needed = log_numbers(now) - log_numbers(before) | {version.first_log}
    held = {int(log.stem) for log in base.glob("*.log")}
    tables = sum(version.tables.values())
    logs = sum(log.stat().st_size for log in base.glob("*.log"))
    return needed <= held and _has_tables(base, version) and logs <= max(tables, _LEAST_LOG_BYTES)


def _has_tables(base: Path, version: Version) -> bool:
    """Whether all are there: a MANIFEST that was cut names others than those that it lies among."""
    sizes = {int(table.stem): table.stat().st_size for table in base.glob("*.ldb")}
    return version.tables.items() <= sizes.items()


def _replace(fresh: Path, base: Path) -> None:
    """The base's tables and MANIFEST; of the logs those that rest, beside the copied ones."""
    for path in [*fresh.glob("*.ldb"), *fresh.glob("MANIFEST-*")]:
        path.unlink()
    for path in base.iterdir():
        is_link = path.suffix in {".ldb", ".log"}
        if is_link and not (fresh / path.name).exists():
            (fresh / path.name).hardlink_to(path)
        elif not is_link:
            shutil.copy2(path, fresh / path.name)


def _rebase(base: Path, fresh: Path) -> None:
    """From here on: the copy's tables, and the logs that are not in them.

    Whenever it is cut short there is no CURRENT: then no copy rests on what is there.
    """
    version = version_of(fresh)
    (base / "CURRENT").unlink(missing_ok=True)
    for path in base.iterdir():
        counts = path.suffix == ".log" and int(path.stem) >= version.first_log
        if not counts or not (fresh / path.name).exists():
            path.unlink()
    for number in version.tables:
        table = fresh / f"{number:06d}.ldb"
        if not table.exists():
            raise Damaged(f"{table.name} is missing")
        (base / table.name).hardlink_to(table)
    current = (fresh / "CURRENT").read_text().strip()
    for name in (current, "CURRENT"):
        half = base / f".{name}"
        shutil.copy2(fresh / name, half)
        half.replace(base / name)
