"""The part of a profile that holds the login, copied while the browser stands still."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from browser_host.profiles.base import leave_base, link_logs, rest_on_base
from browser_host.profiles.files import Mark, is_never_changed, make_folder, mark
from browser_host.profiles.freezing import LONGEST_SECONDS, frozen
from browser_host.profiles.leveldb import Damaged, check, drop_unnamed, folders
from browser_host.profiles.local_storage import FILE

_KEPT = (
    "Default/IndexedDB",
    "Default/Local Storage",
    "Default/Service Worker",
    "Default/WebStorage",
    "Default/Cookies",
    "Default/Cookies-journal",
    "Default/Network/Cookies",
    "Default/Preferences",
    "Local State",
    "Last Version",
    FILE,
)
_LEFT = re.compile(r"(^|/)(LOCK|LOG|LOG\.old|Singleton\w+)$|/ScriptCache/.*\.tmp$")


def copy_live(
    profile: Path, target: Path, browser_pid: int, longest_seconds: float = LONGEST_SECONDS
) -> None:
    """Copy a profile whose browser runs; it stands still for some milliseconds.

    The copy's tables are links: it is only ever read.

    Args:
        profile: the browser's directory.
        target: an empty folder, or one to be made in a folder that is there.
        browser_pid: the browser's main process.
        longest_seconds: after which the browser goes on, and the copy is none.

    Raises:
        Damaged: the copy cannot be read, or took so long that the browser went on meanwhile.
        FileNotFoundError: the target was removed meanwhile.
    """
    with frozen(browser_pid, longest_seconds):
        _copy(profile, target)
        link_logs(profile)
    rest_on_base(profile, target)


def copy_closed(profile: Path, target: Path) -> None:
    """Copy a profile whose browser has exited; as `copy_live`."""
    _copy(profile, target)
    link_logs(profile)
    rest_on_base(profile, target)


def settle(target: Path, known: Mapping[str, Mark]) -> None:
    """Check a copy, and drop what the browser would not read; one that fails leaves its base.

    Args:
        target: the copy.
        known: marks of files that were checked before.

    Raises:
        Damaged: the copy is not whole.
    """
    try:
        for folder in folders(target):
            drop_unnamed(folder)
            check(folder, lambda table: known.get(str(table.relative_to(target))) == mark(table))
    except Damaged:
        leave_base(target)
        raise


def files_of(profile: Path) -> Iterator[Path]:
    """The files to keep, relative to the profile."""
    for name in _KEPT:
        kept = profile / name
        found = [kept] if kept.is_file() else sorted(kept.rglob("*"))
        for path in found:
            relative = path.relative_to(profile)
            if path.is_file() and not _LEFT.search(str(relative)):
                yield relative


def fingerprint(profile: Path, local_storage: Mapping[str, str]) -> int:
    """Changes when something that is kept changes."""
    facts: list[object] = [*sorted(local_storage.items())]
    for relative in files_of(profile):
        if relative.name != FILE:  # it says when, too
            with suppress(FileNotFoundError):
                status = (profile / relative).stat()
                facts.append((str(relative), status.st_size, status.st_mtime_ns))
    return hash(tuple(facts))


def _copy(profile: Path, target: Path) -> None:
    """Into a folder that is there: one that was removed meanwhile is not made again."""
    target.mkdir(exist_ok=True)
    for relative in files_of(profile):
        into = target / relative
        make_folder(target, relative.parent)
        if is_never_changed(str(relative)):
            into.hardlink_to(profile / relative)
        else:
            with suppress(FileNotFoundError):  # a blob may go before its link
                shutil.copy2(profile / relative, into)
