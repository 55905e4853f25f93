"""Talking to the page: numbered events over a CDP binding, actions over evaluate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from browser_host.whatsapp_web.injection import BINDING, CALL
from browser_host.whatsapp_web.raw_event import RawEvent, parse_raw_event, raw_event
from switchboard.domain.errors import DependencyUnavailable, LineDown

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PageBridge:
    """One page; `deliver` gets each event once and in order, also those that were missed."""

    page: Page
    deliver: Callable[[RawEvent], None]
    boot: str | None = None
    seq: int = 0
    behind: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when an event went missing: time to reconcile."""

    async def listen(self, session: CDPSession) -> None:
        """Take the page's events; before the first navigation, so that none is missed."""
        session.on("Runtime.bindingCalled", lambda params: self.called(params))  # noqa: PLW0108 - Playwright marks a method's owner, slots forbid it
        # Without the domain enabled the binding is lost when the page changes its process.
        await session.send("Runtime.enable")
        await session.send("Runtime.addBinding", {"name": BINDING})

    async def call(self, name: str, argument: Any = None, *, within: timedelta) -> Any:
        """Run one action of the page's scripts.

        Raises:
            LineDown: the scripts are not in the page (it is loading); nothing ran.
            DependencyUnavailable: no answer in time, or the page went or threw.
        """
        try:
            async with asyncio.timeout(within.total_seconds()):
                answer = await self.page.evaluate(CALL, [name, argument])
        except (TimeoutError, PlaywrightError) as error:
            raise DependencyUnavailable(f"the page did not answer {name}") from error
        if answer is None:
            raise LineDown("the page is loading")
        return answer["value"]

    async def reconcile(self, *, within: timedelta) -> None:
        """Fetch what was missed, and the present state.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        self.behind.clear()
        known = {"boot": self.boot, "seq": self.seq}
        answer = await self.call("reconcile", known, within=within)
        for fields in answer["events"]:
            self._take(raw_event(fields), fills_gap=True)
        # A state older than the last event heard would undo it.
        if (answer["boot"], answer["seq"]) == (self.boot, self.seq):
            self.deliver(RawEvent(answer["boot"], answer["seq"], "state", answer["state"]))

    def called(self, params: dict[str, Any]) -> None:
        """Take one call of a binding."""
        if params["name"] != BINDING:
            return
        try:
            self._take(parse_raw_event(params["payload"]), fills_gap=False)
        except ValueError:
            _log.warning("page.event.malformed")

    def _take(self, event: RawEvent, *, fills_gap: bool) -> None:
        """Hold back what would leave a gap, until `reconcile` brings it with what is before it."""
        if event.boot != self.boot:
            self.boot, self.seq = event.boot, 0
        if event.seq <= self.seq:
            return
        if event.seq > self.seq + 1 and not fills_gap:
            self.behind.set()
            return
        self.seq = event.seq
        self.deliver(event)
