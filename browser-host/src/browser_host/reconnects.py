"""How often a line's page may be opened again before a person has to look."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from browser_host.ending import Ending, Kind
from switchboard.domain.session import MAX_RECONNECT_ATTEMPTS, Reason, reconnect_delay
from switchboard.ports.clock import Clock

SETTLED_AFTER = timedelta(minutes=1)
"""Longer than the longest reconnect delay: two browsers that replace each other never settle."""
TAKEN_BACK = 1
"""How often a stream that another browser took is taken back before a page held again."""


@dataclass(slots=True)
class Reconnects:
    """min(2^n s, 30 s), five attempts; forgotten once a page has held.

    A stream that another browser took is taken back once: two that take it in turns would go on
    for ever, and WhatsApp looks at that.
    """

    tried: int = 0
    replaced: int = 0
    """How often another browser took the stream."""
    logouts: int = 0
    """How often WhatsApp ended the login."""

    @property
    def delay(self) -> timedelta:
        """Before the present attempt."""
        return reconnect_delay(self.tried)

    def next(self, ending: Ending) -> Ending | None:
        """Count an attempt after a page that ended so; the line's own end when it was the last."""
        self.tried += 1
        self.replaced += ending.reason is Reason.STREAM_REPLACED
        if self.replaced > TAKEN_BACK:
            return Ending(Kind.BROKEN, ending.reason, ending.detail)
        if self.tried > MAX_RECONNECT_ATTEMPTS:
            detail = f"{ending.reason}: {ending.detail or ''}".rstrip(": ")
            return Ending(Kind.BROKEN, Reason.MAX_RECONNECT_REACHED, detail)
        return None

    def put_out(self) -> bool:
        """Count a logout; whether page after page was put out without ever being ready for long."""
        self.logouts += 1
        return self.logouts > MAX_RECONNECT_ATTEMPTS

    async def settle(self, ready: asyncio.Event, clock: Clock) -> None:
        """Forget earlier failures once a page has held; one that dies young is one of them."""
        await ready.wait()
        await clock.sleep(SETTLED_AFTER)
        self.forget()

    def forget(self) -> None:
        """A page has held, or a person looked."""
        self.tried = self.replaced = self.logouts = 0
