"""Waiting on the host's clock, so that tests wait for nothing."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from switchboard.domain.errors import Transient
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock

AGAIN_AFTER = timedelta(seconds=1)
"""Before what did not answer is asked again: soon for a line, seldom for a store that is down."""


async def until_answered[Result](
    step: Callable[[], Awaitable[Result]], clock: Clock, postponed: Callable[[Transient], None]
) -> Result:
    """Try a step again and again until what it asks answers.

    Args:
        step: what to try.
        clock: the host's.
        postponed: told of each failure, to log it.
    """
    while True:
        try:
            return await step()
        except Transient as error:
            postponed(error)
        await clock.sleep(AGAIN_AFTER)


async def is_set_within(event: asyncio.Event, longest: timedelta, clock: Clock) -> bool:
    """Whether the event was set before the time was up."""
    async with asyncio.TaskGroup() as group:
        waits = [group.create_task(event.wait()), group.create_task(clock.sleep(longest))]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    return event.is_set()


async def result_within[Result](
    work: Coroutine[Any, Any, Result], longest: timedelta, clock: Clock
) -> Result | None:
    """What the work returns, or None when the time was up first; the work is cancelled then."""
    return await result_before(work, clock.sleep(longest))


async def result_before[Result](
    work: Coroutine[Any, Any, Result], end: Coroutine[Any, Any, object]
) -> Result | None:
    """What the work returns, or None when the end came first; the work is cancelled then.

    Raises:
        Whatever the work does.
    """
    try:
        async with asyncio.TaskGroup() as group:
            task, limit = group.create_task(work), group.create_task(end)
            await asyncio.wait([task, limit], return_when=asyncio.FIRST_COMPLETED)
            late = not task.done()
            limit.cancel()
            task.cancel()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return None if late else task.result()


async def to_its_end[**P](
    blocking: Blocking, call: Callable[P, None], *args: P.args, **kwargs: P.kwargs
) -> None:
    """Run a call on a thread; when the wait is cancelled, it still lasts until the call has ended.

    For a call that works on what the caller removes afterwards.
    """
    running = threading.Lock()

    def alone() -> None:
        with running:
            call(*args, **kwargs)

    try:
        await blocking(alone)
    except asyncio.CancelledError:
        await blocking(_wait_for, running)
        raise


def _wait_for(lock: threading.Lock) -> None:
    with lock:
        return
