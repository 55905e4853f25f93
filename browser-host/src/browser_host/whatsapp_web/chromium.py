"""A running Chromium as the operating system sees it: found, watched, ended with all its children.

Playwright tells no process id, and its executable may be a shell script that starts the browser.
The browser is therefore found by the profile on its command line; the whole tree is one process
group, because Playwright starts each browser as the leader of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from browser_host.whatsapp_web.watchdog import Watchdog
from switchboard.domain.errors import DependencyUnavailable, PageNeverReady

_PROC = Path("/proc")
_LOOK_EVERY_SECONDS = 0.02
_KILLED_WITHIN = timedelta(seconds=5)
"""SIGKILL takes effect in milliseconds; longer means a process stuck in the kernel."""


class Chromium:
    """One browser; `on_exit` is called once in the event loop when its main process has ended."""

    def __init__(self, pid: int, on_exit: Callable[[], None]) -> None:
        self.pid = pid
        self._group = os.getpgid(pid)
        self._on_exit = on_exit
        self._exited = asyncio.Event()
        self._descriptor = os.pidfd_open(pid)
        self._watchdog = Watchdog(self._group)
        asyncio.get_running_loop().add_reader(self._descriptor, self._note_exit)

    @property
    def running(self) -> bool:
        """Whether the main process has not ended."""
        return not self._exited.is_set()

    async def end(self, grace: timedelta) -> None:
        """Wait for the exit that was asked for, then kill what is left of the group.

        Raises:
            DependencyUnavailable: even SIGKILL did not end it in time.
        """
        try:
            if await self._ends_within(grace):
                return
            kill_group(self._group)
            if not await self._ends_within(_KILLED_WITHIN):
                raise DependencyUnavailable("the browser cannot be ended")
        except asyncio.CancelledError:
            kill_group(self._group)
            raise

    async def _ends_within(self, longest: timedelta) -> bool:
        try:
            async with asyncio.timeout(longest.total_seconds()):
                await self._exited.wait()
                await self._until_group_is_empty()
        except TimeoutError:
            return False
        return True

    def _note_exit(self) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)
        os.close(self._descriptor)
        self._exited.set()
        self._watchdog.end()
        self._on_exit()

    async def _until_group_is_empty(self) -> None:
        while _group_lives(self._group):  # noqa: ASYNC110 - the kernel tells no event of it
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def browser_pid(profile: Path) -> int:
    """The main process of the browser that runs on a profile directory.

    Raises:
        PageNeverReady: there is none.
    """
    for pid, words in _browsers_on(profile):
        if not _is_child_or_script(words):
            return pid
    raise PageNeverReady("the browser ended at its start")


def end_leftovers(profile: Path) -> int:
    """Kill browsers that an earlier host left on the profile; how many groups there were."""
    groups = set()
    for pid, _ in _browsers_on(profile):
        with contextlib.suppress(ProcessLookupError):
            groups.add(os.getpgid(pid))
    for group in groups:
        kill_group(group)
    return len(groups)


def kill_group(group: int) -> None:
    """SIGKILL for every member; never for our own group."""
    if group == os.getpgrp():
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _group_lives(group: int) -> bool:
    """Whether the group has a member that is more than an unreaped entry."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return any(_group_and_state(pid) == (group, True) for pid in _pids())


def _group_and_state(pid: int) -> tuple[int, bool] | None:
    """(process group, alive) from /proc/<pid>/stat: `pid (name) state ppid pgrp ...`."""
    try:
        after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(after_name[2]), after_name[0] not in "ZX"


def _browsers_on(profile: Path) -> Iterator[tuple[int, list[str]]]:
    flag = f"--user-data-dir={profile}"
    for pid in _pids():
        words = _command_line(pid)
        if flag in words:
            yield pid, words


def _is_child_or_script(words: list[str]) -> bool:
    """A renderer and its like name their type; Debian's start script runs in a shell."""
    is_shell = Path(words[0]).name in {"sh", "bash", "dash"}
    return is_shell or any(word.startswith("--type=") for word in words)


def _command_line(pid: int) -> list[str]:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []  # it has just ended


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
