"""Waiting for an event, but not for ever: on the host's clock, so that tests wait for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from switchboard.ports.clock import Clock


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
    async with asyncio.TaskGroup() as group:
        task, timer = group.create_task(work), group.create_task(clock.sleep(longest))
        await asyncio.wait([task, timer], return_when=asyncio.FIRST_COMPLETED)
        late = not task.done()
        timer.cancel()
        task.cancel()
    return None if late else task.result()
