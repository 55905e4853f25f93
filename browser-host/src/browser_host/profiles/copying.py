"""The part of a profile that holds the login, copied while the browser stands still."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from browser_host.profiles.freezing import frozen
from browser_host.profiles.leveldb import check, drop_unnamed, folders

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
)
_LEFT = re.compile(r"(^|/)(LOCK|LOG|LOG\.old|Singleton\w+)$|/ScriptCache/.*\.tmp$")
_NEVER_CHANGED = re.compile(r"\.ldb$|\.indexeddb\.blob/")
"""Written once under a name of their own: a hard link is a copy that costs nothing."""


def copy_live(profile: Path, target: Path, browser_pid: int) -> None:
    """Copy a profile whose browser runs; it stands still for some milliseconds.

    Raises:
        Damaged: the copy is not whole.
    """
    with frozen(browser_pid):
        _copy(profile, target, link=True)
    _settle(target)


def copy_closed(profile: Path, target: Path) -> None:
    """Copy a profile whose browser has exited.

    Raises:
        Damaged: the copy is not whole.
    """
    _copy(profile, target, link=False)
    _settle(target)


def files_of(profile: Path) -> Iterator[Path]:
    """The files to keep, relative to the profile."""
    for name in _KEPT:
        kept = profile / name
        found = [kept] if kept.is_file() else sorted(kept.rglob("*"))
        for path in found:
            relative = path.relative_to(profile)
            if path.is_file() and not _LEFT.search(str(relative)):
                yield relative


def _copy(profile: Path, target: Path, *, link: bool) -> None:
    for relative in files_of(profile):
        into = target / relative
        into.parent.mkdir(parents=True, exist_ok=True)
        if link and _NEVER_CHANGED.search(str(relative)):
            into.hardlink_to(profile / relative)
        else:
            with suppress(FileNotFoundError):  # a blob may go before its link
                shutil.copyfile(profile / relative, into)


def _settle(target: Path) -> None:
    for folder in folders(target):
        drop_unnamed(folder)
        check(folder)
