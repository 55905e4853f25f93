"""Chromium with the unmodified wa-js on the simulated page."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.async_api import BrowserContext, Page, Playwright
from tests.support.simulator import WA_JS, RunningSimulator

CANDIDATES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
BRIDGE = Path(__file__).with_name("page_bridge.js").read_text()
SETTINGS = "window.WPPConfig = {disableGoogleAnalytics: true, linkPreviewApiServers: []};"
ORIGIN = "https://web.whatsapp.com/"
DEADLINE_SECONDS = 60.0


def chromium() -> str | None:
    """Debian's Chromium, or None for the one that Playwright installs."""
    return next((path for path in CANDIDATES if Path(path).exists()), None)


async def until[T](attempt: Callable[[], T | None], what: str) -> T:
    """Polls until the attempt yields something true."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := attempt():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited {DEADLINE_SECONDS} s for {what}")


class Line(AbstractAsyncContextManager["Line"]):
    """A profile with the page open in it, as a browser host would have."""

    page: Page

    def __init__(self, playwright: Playwright, simulator: RunningSimulator, profile: Path) -> None:
        self._playwright = playwright
        self._simulator = simulator
        self._profile = profile
        self._context: BrowserContext | None = None
        self.events: list[tuple[str, Any]] = []

    async def __aenter__(self) -> Self:
        context = await self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=chromium(),
            headless=True,
            args=self._simulator.chromium_args(),
        )
        self._context = context
        await context.expose_binding("__report", self._take)
        await context.add_init_script(SETTINGS + WA_JS.read_text() + ";\n" + BRIDGE)
        self.page = context.pages[0]
        await self.page.goto(ORIGIN, wait_until="domcontentloaded")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._context:
            await self._context.close()

    def _take(self, _source: Any, text: str) -> None:
        name, value = json.loads(text)
        self.events.append((name, value))

    def values(self, name: str) -> list[Any]:
        """What each event of that name carried."""
        return [value for event, value in self.events if event == name]

    async def event(self, name: str, matches: Callable[[Any], bool] = lambda _: True) -> Any:
        """Waits for an event, also one that came before; yields [its value]."""
        found = await until(
            lambda: [value for value in self.values(name) if matches(value)], f"event {name}"
        )
        return found[0]

    async def evaluate(self, expression: str, argument: Any = None) -> Any:
        """Evaluates in the page."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.page.evaluate(expression, argument)

    async def qr(self) -> str:
        """The text of the first QR."""
        code = await self.event("conn.auth_code_change", bool)
        return str(code["fullCode"])

    async def main(self) -> None:
        """Waits until the page is MAIN, authenticated and fully ready."""
        ready = (
            "() => WPP.isFullReady && WPP.conn.isAuthenticated()"
            " && WPP.conn.getStreamData().mode === 'MAIN'"
        )
        deadline = time.monotonic() + DEADLINE_SECONDS
        while not await self.evaluate(ready):
            assert time.monotonic() < deadline, "the page did not become ready"
            await asyncio.sleep(0.05)

    async def link(self, number: str, **fields: Any) -> None:
        """Has the owner of `number` scan this page's QR."""
        assert self._simulator.ctl(op="scan", ref=await self.qr(), pn=number, **fields) == {"n": 1}
        await self.main()

    async def send(self, chat: str, body: str, **options: Any) -> Any:
        """Sends a text as our own host does."""
        call = """async ([chat, body, options]) => {
            const sent = await WPP.chat.sendTextMessage(chat, body,
                {linkPreview: false, markIsRead: false, ...options});
            return {id: String(sent.id), ack: sent.ack};
        }"""
        return await self.evaluate(call, [chat, body, options])

    def received(self, body: str) -> list[Any]:
        """The incoming messages with that text."""
        messages = self.values("chat.new_message")
        return [m for m in messages if m["body"] == body and not m["fromMe"]]
