"""The events of one page on their way to its host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from switchboard.domain.channel_events import ChannelEvent, PageGone


class EventStream:
    """Keeps events until they are read; nothing follows PageGone, which comes at most once."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[ChannelEvent | None] = asyncio.Queue()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether nothing can follow any more."""
        return self._ended

    def put(self, event: ChannelEvent) -> None:
        """Tell one event."""
        if self._ended:
            return
        self._queue.put_nowait(event)
        if isinstance(event, PageGone):
            self.end()

    def end(self) -> None:
        """Readers stop after what was told so far."""
        if not self._ended:
            self._ended = True
            self._queue.put_nowait(None)

    async def read(self) -> AsyncIterator[ChannelEvent]:
        """Yield events in order; a later reader of an ended stream stops at once."""
        while (event := await self._queue.get()) is not None:
            yield event
        self._queue.put_nowait(None)
