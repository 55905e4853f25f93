"""Ends a browser at once when its host dies.

The driver closes it too, in a tenth of a second or more. Meanwhile its page takes messages that
nobody pushes on, and that WhatsApp then holds no more.
"""

from __future__ import annotations

import subprocess

_SCRIPT = 'read -r _; kill -s KILL -- "-$1"'
"""Reads to the end of a pipe whose other end is open in the host alone."""


class Watchdog:
    """A small process beside one browser, in a session of its own: signals to the host miss it."""

    def __init__(self, group: int) -> None:
        """Watch from now on.

        Args:
            group: the browser's process group.
        """
        self._process = subprocess.Popen(  # noqa: S603 - a number only
            ["/bin/sh", "-c", _SCRIPT, "watchdog", str(group)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def end(self) -> None:
        """The browser has ended; its number may be another's soon."""
        self._process.kill()
        self._process.communicate()
