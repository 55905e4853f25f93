"""An event loop whose time jumps to the next timer: the same seed gives the same run."""

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from contextvars import Context
from typing import Any


class Stuck(Exception):
    """Nothing is ready and no timer is set: the simulation would wait for ever."""


class NumberedTask(asyncio.Task):
    """Tasks are kept in sets by asyncio; hashing by number instead of address keeps their order."""

    _numbers = itertools.count()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.number = next(self._numbers)
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self.number

    def __eq__(self, other: object) -> bool:
        return self is other


class VirtualLoop(asyncio.BaseEventLoop):
    """No selector, no threads, no waiting.

    Its own heap of timers and its own turn: asyncio's look at more than is needed here, and take
    a third of a seed's time.
    """

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0
        self.made: list[asyncio.Task[Any]] = []
        """Held to the end: a task that waits for what never comes would be collected meanwhile,
        and its `finally` blocks would run although its process is dead."""
        self.timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self.numbers = itertools.count()
        self.set_task_factory(_numbered)

    def time(self) -> float:
        return self.elapsed

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self.timers, (when, next(self.numbers), timer))
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It is dropped when its time comes."""

    def _run_once(self) -> None:
        """Whatever is ready, or else the next moment at which something is."""
        ready, timers = self._ready, self.timers
        while not ready:
            if not timers:
                raise Stuck
            moment = timers[0][0]
            while timers and timers[0][0] <= moment:
                timer = heapq.heappop(timers)[2]
                if not timer.cancelled():
                    self.elapsed = max(self.elapsed, moment)
                    ready.append(timer)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()

    def _write_to_self(self) -> None:
        """Nobody calls from another thread."""


def _numbered(loop: VirtualLoop, work: Coroutine, **more: Any) -> asyncio.Task:
    task = NumberedTask(work, loop=loop, **more)
    loop.made.append(task)
    return task


def run_virtual(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on a fresh loop; whatever is still alive afterwards is cancelled."""
    loop = VirtualLoop()
    NumberedTask._numbers = itertools.count()
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(work)
    finally:
        _cancel_all(loop)
        asyncio.set_event_loop(None)
        loop.close()


def _cancel_all(loop: VirtualLoop) -> None:
    tasks = [task for task in loop.made if not task.done()]
    for task in tasks:
        task.cancel()
    if tasks:
        try:
            loop.run_until_complete(asyncio.wait(tasks, timeout=60))
        except Stuck:
            return
