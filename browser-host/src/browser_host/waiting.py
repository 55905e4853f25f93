"""Waiting for an event, but not for ever: on the host's clock, so that tests wait for nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from switchboard.ports.clock import Clock


async def is_set_within(event: asyncio.Event, longest: timedelta, clock: Clock) -> bool:
    """Whether the event was set before the time was up."""
    async with asyncio.TaskGroup() as group:
        waits = [group.create_task(event.wait()), group.create_task(clock.sleep(longest))]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    return event.is_set()
