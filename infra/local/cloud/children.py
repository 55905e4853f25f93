"""Child processes that cannot outlive their parent, even when it is killed with -9."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
STOP_WITHIN_SECONDS = 15.0

_libc = ctypes.CDLL(None, use_errno=True)


def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    log: IO[bytes] | int,
    cwd: Path | None = None,
    pipe: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a child that the kernel ends with its parent; it leads a process group of its own."""
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # the parent died between fork and here
            os._exit(1)

    return subprocess.Popen(
        command,
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if pipe else log,
        stderr=log,
        start_new_session=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - nothing else runs threads at this point
    )


def stop(child: subprocess.Popen[bytes], within: float = STOP_WITHIN_SECONDS) -> None:
    """SIGTERM, then SIGKILL to its whole group; gone when this returns."""
    if child.poll() is None:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(within)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
