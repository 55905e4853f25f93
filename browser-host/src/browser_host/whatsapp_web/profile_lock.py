"""One browser on one profile: headless-shell does not see to it, and a second one hangs both."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from switchboard.domain.errors import PageNeverReady


class ProfileLock:
    """An exclusive lock beside the profile directory; the kernel releases it when we die."""

    def __init__(self, profile: Path) -> None:
        """Take the lock.

        Raises:
            PageNeverReady: another host or page holds it.
        """
        profile.mkdir(parents=True, exist_ok=True)
        path = profile.with_name(f".{profile.name}.lock")
        self._descriptor: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise PageNeverReady("another browser host holds the profile") from error

    def release(self) -> None:
        """Give the profile free; idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
