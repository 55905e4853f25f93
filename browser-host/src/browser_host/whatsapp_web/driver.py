"""The one Playwright driver of a host; a driver that died is replaced at the next launch."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from switchboard.domain.errors import PageNeverReady

_log = logging.getLogger(__name__)

_ANSWERS_WITHIN = timedelta(seconds=10)
_STARTS_WITHIN = timedelta(seconds=30)


class Driver:
    """Starts at first use."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._starting = asyncio.Lock()

    async def running(self) -> Playwright:
        """A driver that answers.

        Raises:
            PageNeverReady: it does not start.
        """
        async with self._starting:
            if self._playwright is not None and not await _answers(self._playwright):
                _log.error("browser.driver.lost")
                await self.stop()
            if self._playwright is None:
                self._playwright = await _start()
            return self._playwright

    async def stop(self) -> None:
        """End the driver; its browsers end with it."""
        playwright, self._playwright = self._playwright, None
        if playwright is not None:
            with contextlib.suppress(Exception):  # a dead driver fails in many ways
                async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
                    await playwright.stop()


async def _start() -> Playwright:
    try:
        async with asyncio.timeout(_STARTS_WITHIN.total_seconds()):
            return await async_playwright().start()
    except (PlaywrightError, OSError, TimeoutError) as error:
        raise PageNeverReady("the browser driver did not start") from error


async def _answers(playwright: Playwright) -> bool:
    """A cheap question that only a living driver answers."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
            await (await playwright.request.new_context()).dispose()
    except Exception:  # noqa: BLE001 - a dead driver fails in many ways
        return False
    return True
