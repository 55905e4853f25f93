"""Blocking calls of memory stores: they do not block, so no thread is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class InlineBlocking:
    """`Blocking` on the event loop; it yields once, as a call on a thread would."""

    async def __call__[**P, T](
        self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `call` here."""
        await asyncio.sleep(0)
        return call(*args, **kwargs)
