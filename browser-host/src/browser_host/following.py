"""One page followed by its loops until one of them ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from browser_host.ending import Ending, Kind
from switchboard.domain.errors import Ownership
from switchboard.domain.session import Reason

type Loops = Callable[[Callable[[Ending], None]], list[Coroutine[Any, Any, None]]]
"""Makes the loops, given how one of them ends the page."""


async def until_ended(
    loops: Loops, rest: Callable[[Ending], Awaitable[bool]]
) -> tuple[Ending, bool]:
    """Run the loops until one of them ends the page; the first word holds.

    But a login that WhatsApp ends while the page comes to rest is over, whatever ended the page.

    Args:
        loops: see `Loops`.
        rest: waited for while the loops still run: the page may have something in its hands.

    Returns:
        What ended the page, and whether it came to rest.
    """
    at_rest = False
    ending: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
    overruled: list[Ending] = []

    def end(how: Ending) -> None:
        if not ending.done():
            ending.set_result(how)
        elif how.kind is Kind.LOGGED_OUT:
            overruled.append(how)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(loop) for loop in loops(end)]
            await asyncio.shield(ending)  # a failing loop cancels the wait, not the ending
            at_rest = await rest(ending.result())
            for task in tasks:
                task.cancel()
    except* Ownership as lost:
        end(Ending(Kind.NOT_OURS, Reason.HOST_LOST, str(lost.exceptions[0])))
    if overruled:
        return overruled[0], False
    return ending.result(), at_rest
