"""Heavy work in one process of its own: encryption would starve the host's other threads."""

from __future__ import annotations

import asyncio
import ctypes
import functools
import logging
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.domain.errors import DependencyUnavailable

_log = logging.getLogger(__name__)

_PR_SET_PDEATHSIG = 1
"""Source: prctl(2), `linux/prctl.h`."""


_ENDED_WITHIN_SECONDS = 1
"""After SIGKILL: milliseconds, unless the disk hangs."""


def _one_process() -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, spawn, initializer=_die_with_the_host)


@dataclass(slots=True)
class Processes:
    """A `Blocking` port whose calls and results are pickled; one at a time.

    Attributes:
        within: a call that takes longer is ended with its process, and the next one has a new one.
    """

    within: timedelta
    pool: ProcessPoolExecutor = field(default_factory=_one_process)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__[**P, T](
        self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call` in the process.

        A cancelled call ends with its process: the next one does not wait for it, and nothing is
        written any more.

        Raises:
            DependencyUnavailable: it took too long, or its process died.
        """
        loop = asyncio.get_running_loop()
        async with self.turn:
            try:
                async with asyncio.timeout(self.within.total_seconds()):
                    work = functools.partial(call, *args, **kwargs)
                    return await loop.run_in_executor(self.pool, work)
            except asyncio.CancelledError:
                self.close()
                self.pool = _one_process()
                raise
            except TimeoutError as error:
                self._replace()
                raise DependencyUnavailable("a snapshot's work took too long") from error
            except BrokenExecutor as error:
                self._replace()
                raise DependencyUnavailable("the worker process died") from error

    def close(self) -> None:
        """End the process."""
        for worker in multiprocessing.active_children():  # shutdown would wait for what hangs
            worker.kill()
            worker.join(_ENDED_WITHIN_SECONDS)
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _replace(self) -> None:
        _log.error("host.worker.replaced")
        self.close()
        self.pool = _one_process()


def _die_with_the_host() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
