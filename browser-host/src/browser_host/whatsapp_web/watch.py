"""Watching one page: what it reports, that it still answers, and its end, told once."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from browser_host.whatsapp_web.bridge import PageBridge
from browser_host.whatsapp_web.event_stream import EventStream
from browser_host.whatsapp_web.raw_event import RawEvent
from browser_host.whatsapp_web.settings import BrowserSettings
from browser_host.whatsapp_web.translation import Translator
from switchboard.domain.channel_events import PageGone
from switchboard.domain.errors import PageChanged, PageNeverReady, Transient
from switchboard.ports.clock import Clock

_log = logging.getLogger(__name__)


class PageWatch:
    """Takes raw events from launch on; `events` holds what the host reads."""

    def __init__(self, clock: Clock) -> None:
        self.events = EventStream()
        self._translator = Translator(clock)
        self._missing: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def take(self, raw: RawEvent) -> None:
        """Take one event of the page."""
        if raw.kind == "loaded" and not self._missing.done():
            self._missing.set_result(raw.value["missing"])
        for event in self._translator.translate(raw):
            self.events.put(event)

    def lose(self, cause: str) -> None:
        """The page or its browser is gone; only the first cause is told."""
        self.events.put(PageGone(cause))
        if not self._missing.done():
            self._missing.set_exception(PageNeverReady(cause))
            self._missing.exception()  # looked at: nobody has to wait for it

    async def loaded(self) -> None:
        """Wait until wa-js has found its way into the page.

        Raises:
            PageChanged: modules without which no line can be linked were not found.
            PageNeverReady: the page ended before.
        """
        if missing := await self._missing:
            raise PageChanged(f"wa-js did not find {', '.join(missing)} in the page")

    async def run(self, bridge: PageBridge, settings: BrowserSettings) -> None:
        """Reconcile until the page is gone or stops answering."""
        missed = 0
        while missed < settings.frozen_after and not self.events.ended:
            await _pause(bridge.behind, settings.reconcile_every)
            try:
                await bridge.reconcile(within=settings.answer_within)
                missed = 0
            except Transient:
                missed += 1
            except Exception:  # noqa: BLE001 - the loop's boundary: an answer of an unknown form
                _log.exception("page.reconcile.failed")
                missed += 1
        self.lose("frozen")


async def _pause(behind: asyncio.Event, longest: timedelta) -> None:
    try:
        async with asyncio.timeout(longest.total_seconds()):
            await behind.wait()
    except TimeoutError:
        return
