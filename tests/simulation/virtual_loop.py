"""An event loop whose time jumps to the next timer: the same seed gives the same run."""

import asyncio
import itertools
from collections.abc import Coroutine
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
    """No selector, no threads, no waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0
        self.made: list[asyncio.Task[Any]] = []
        """Held to the end: a task that waits for what never comes would be collected meanwhile,
        and its `finally` blocks would run although its process is dead."""
        self._selector = self
        self._clock_resolution = 1e-9
        self.set_task_factory(_numbered)

    def time(self) -> float:
        return self.elapsed

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        self.elapsed += timeout
        return []

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

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
    tasks = sorted(asyncio.all_tasks(loop), key=lambda task: task.number)
    for task in tasks:
        task.cancel()
    if tasks:
        try:
            loop.run_until_complete(asyncio.wait(tasks, timeout=60))
        except Stuck:
            return
