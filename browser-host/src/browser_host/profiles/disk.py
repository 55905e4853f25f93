"""One host's share of the directory that holds profiles: what is its own, and what nobody's."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_SCRATCH = ".scratch-"


@dataclass(slots=True)
class Disk:
    """Locks that the kernel releases with the process tell the living from the dead.

    Attributes:
        root: holds a directory for each line, and hidden ones for copies on their way.
    """

    root: Path
    _locks: dict[Path, int] = field(default_factory=dict)

    def profile(self, name: str) -> Path:
        """Where a line's profile lies."""
        return self.root / name

    def claim(self, profile: Path) -> None:
        """Take a profile for this process; idempotent.

        Raises:
            BlockingIOError: another living process has it.
        """
        if profile in self._locks:
            return
        lock = _locked(_lock_of(profile))
        if lock is None:
            raise BlockingIOError(errno.EAGAIN, "another browser host works on it", str(profile))
        self._locks[profile] = lock

    def release(self, profile: Path) -> None:
        """Leave it to others; idempotent."""
        lock = self._locks.pop(profile, None)
        if lock is not None:
            os.close(lock)

    @property
    def claimed(self) -> list[Path]:
        """This process's profiles."""
        return list(self._locks)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A directory on the same disk, gone at the end; a dead host's is found by `clear`.

        Nobody may write into it any more when it ends.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        folder = self.root / f"{_SCRATCH}{secrets.token_hex(8)}"
        # Locked before it is there: another host's `clear` would take it for a dead one's.
        lock = _locked(_lock_of(folder))
        try:
            folder.mkdir(mode=0o700)
            yield folder
        finally:
            _remove(folder)
            if lock is not None:
                os.close(lock)

    def clear(self) -> int:
        """Remove the copies of dead hosts; how many."""
        gone = 0
        for folder in self.root.glob(f"{_SCRATCH}*"):
            lock = _locked(_lock_of(folder)) if folder.is_dir() else None
            if lock is not None:
                _remove(folder)
                os.close(lock)
                gone += 1
        return gone

    def abandoned(self) -> Iterator[Path]:
        """Profiles on which no living process works, each locked while the caller looks at it."""
        for profile in sorted(self.root.glob("[!.]*")):
            lock = _locked(_lock_of(profile)) if profile.is_dir() else None
            if lock is not None:
                try:
                    yield profile
                finally:
                    os.close(lock)


def remove(profile: Path) -> None:
    """Remove a profile with all that is readable of it."""
    shutil.rmtree(profile, ignore_errors=True)


def _lock_of(folder: Path) -> Path:
    """Beside the directory, not in it: a directory comes and goes."""
    return folder.with_name(f".{folder.name.removeprefix('.')}.host")


def _locked(path: Path) -> int | None:
    """An exclusive lock, None when another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)
