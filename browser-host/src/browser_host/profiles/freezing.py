"""Hold a browser still for the milliseconds of a copy."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from browser_host.process_tree import descendants
from browser_host.profiles.leveldb import Damaged

LONGEST_SECONDS = 5
"""A copy that takes longer has gone wrong; the watchdog then lets the browser go on."""


@contextmanager
def frozen(pid: int, longest_seconds: float = LONGEST_SECONDS) -> Iterator[None]:
    """Stop a process with all that descends from it, and continue it whatever happens.

    Even our own death: a watchdog outside this process continues it after some seconds.

    Args:
        pid: The browser's main process.
        longest_seconds: After which the watchdog continues it.

    Raises:
        Damaged: the watchdog may have continued it before the copy was made.
    """
    began = time.monotonic()  # before the watchdog begins to wait: it never continues earlier
    pids = descendants(pid)
    names = " ".join(str(each) for each in pids)
    script = f"sleep {longest_seconds}; kill -CONT {names}"
    watchdog = subprocess.Popen(  # noqa: S603 - digits only
        ["/bin/sh", "-c", script], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _tell(pids, signal.SIGSTOP)
        yield
        if time.monotonic() - began >= longest_seconds:
            raise Damaged("the browser did not stand still until it was copied")
    finally:
        _tell(pids, signal.SIGCONT)
        with suppress(ProcessLookupError):
            os.killpg(watchdog.pid, signal.SIGKILL)
        watchdog.wait()


def _tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
