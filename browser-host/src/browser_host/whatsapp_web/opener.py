"""Opening pages: from a profile directory to a page on which wa-js found WhatsApp's modules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from playwright.async_api import Error as PlaywrightError

from browser_host.whatsapp_web.bridge import PageBridge
from browser_host.whatsapp_web.driver import Driver
from browser_host.whatsapp_web.injection import ORIGIN, injected_script
from browser_host.whatsapp_web.launch import LaunchedBrowser, launch
from browser_host.whatsapp_web.page import WhatsAppWebPage
from browser_host.whatsapp_web.settings import BrowserSettings
from browser_host.whatsapp_web.storage import putting_back
from browser_host.whatsapp_web.user_agent import (
    browser_version,
    desktop_user_agent,
    set_client_hints,
)
from browser_host.whatsapp_web.watch import PageWatch
from switchboard.domain.errors import PageNeverReady
from switchboard.domain.ids import OrganizationId
from switchboard.ports.channel_provider import LinkedPage, LinkedPageOpener
from switchboard.ports.clock import Clock


class WhatsAppWebPages(LinkedPageOpener):
    """Use as an async context manager; leaving it closes every page and the driver."""

    def __init__(self, settings: BrowserSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._driver = Driver()
        self._tasks = asyncio.TaskGroup()
        self._pages: list[WhatsAppWebPage] = []
        self._version: str | None = None

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            async with asyncio.TaskGroup() as closing:
                for page in self._pages:
                    closing.create_task(page.close())
        finally:
            await self._driver.stop()
            await self._tasks.__aexit__(None, None, None)

    async def build(self) -> str:
        """The browser's full version, asked once.

        Raises:
            PageNeverReady: it tells none.
        """
        if self._version is None:
            self._version = await browser_version(self._settings.executable)
        return self._version

    async def open(
        self,
        organization_id: OrganizationId,  # noqa: ARG002 - the profile is the organization's
        profile: Path,
        local_storage: Mapping[str, str] | None = None,
    ) -> LinkedPage:
        """Launch Chromium on the profile directory and start WhatsApp Web.

        Raises:
            PageChanged: the bundle does not have the pinned hash, or the page not its modules.
            PageNeverReady: the browser or the page did not start within its time.
        """
        script = await asyncio.to_thread(injected_script, self._settings)
        watch = PageWatch(self._clock)
        browser = await self._launch(_absolute(profile), watch)
        try:
            bridge = await self._load(browser, script, watch, local_storage)
        except BaseException:
            await browser.end()
            raise
        return self._watched(browser, bridge, watch)

    async def _launch(self, profile: Path, watch: PageWatch) -> LaunchedBrowser:
        user_agent = self._settings.user_agent or desktop_user_agent(await self.build())
        playwright = await self._driver.running()
        return await launch(
            playwright,
            self._settings,
            user_agent,
            profile,
            lambda: watch.lose("the browser exited"),
        )

    async def _load(
        self,
        browser: LaunchedBrowser,
        script: str,
        watch: PageWatch,
        local_storage: Mapping[str, str] | None,
    ) -> PageBridge:
        try:
            async with asyncio.timeout(self._settings.start_within.total_seconds()):
                bridge = await _prepare(browser, script, watch)
                async with putting_back(bridge.page, local_storage):
                    await bridge.page.goto(ORIGIN, wait_until="commit", timeout=0)
                await watch.loaded()
        except PlaywrightError as error:
            raise PageNeverReady("the page did not load") from error
        except TimeoutError as error:
            seconds = self._settings.start_within.total_seconds()
            raise PageNeverReady(f"wa-js was not ready in the page within {seconds:g} s") from error
        return bridge

    def _watched(
        self, browser: LaunchedBrowser, bridge: PageBridge, watch: PageWatch
    ) -> WhatsAppWebPage:
        watching = self._tasks.create_task(watch.run(bridge, self._settings))
        page = WhatsAppWebPage(
            browser,
            bridge,
            watch.events,
            watching=watching,
            settings=self._settings,
            clock=self._clock,
        )
        self._pages = [open_page for open_page in self._pages if not open_page.closed]
        self._pages.append(page)
        return page


def _absolute(profile: Path) -> Path:
    """As it will stand on the browser's command line."""
    return profile.absolute()


async def _prepare(browser: LaunchedBrowser, script: str, watch: PageWatch) -> PageBridge:
    """Everything that must be in place before the page's first byte."""
    context = browser.context
    await context.add_init_script(script)
    page = context.pages[0] if context.pages else await context.new_page()
    page.on("crash", lambda _: watch.lose("the page crashed"))
    page.on("close", lambda _: watch.lose("the page was closed"))
    context.on("close", lambda _: watch.lose("the browser was closed"))
    session = await context.new_cdp_session(page)
    await set_client_hints(session, browser.user_agent)
    bridge = PageBridge(page, watch.take)
    await bridge.listen(session)
    return bridge
