"""Heavy work in one process of its own: encryption would starve the host's other threads."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Processes:
    """A `Blocking` port whose calls and results are pickled; one at a time."""

    pool: ProcessPoolExecutor = field(
        default_factory=lambda: ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_die_with_the_host
        )
    )

    async def __call__[**P, T](
        self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call` in the process."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, functools.partial(call, *args, **kwargs))

    def close(self) -> None:
        """End the process."""
        self.pool.shutdown(wait=False, cancel_futures=True)


def _die_with_the_host() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
