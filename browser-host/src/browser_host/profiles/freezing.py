"""Hold a browser still for the milliseconds of a copy."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from browser_host.process_tree import descendants

_LONGEST_SECONDS = 5
"""A copy that takes longer has gone wrong; the watchdog then lets the browser go on."""


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Stop a process with all that descends from it, and continue it whatever happens.

    Even our own death: a watchdog outside this process continues it after five seconds.

    Args:
        pid: The browser's main process.
    """
    pids = descendants(pid)
    names = " ".join(str(each) for each in pids)
    script = f"sleep {_LONGEST_SECONDS}; kill -CONT {names}"
    watchdog = subprocess.Popen(  # noqa: S603 - digits only
        ["/bin/sh", "-c", script], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _tell(pids, signal.SIGSTOP)
        yield
    finally:
        _tell(pids, signal.SIGCONT)
        with suppress(ProcessLookupError):
            os.killpg(watchdog.pid, signal.SIGKILL)
        watchdog.wait()


def _tell(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
