"""An opened page with everything it told, as a host would follow it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.simulator import WA_JS, RunningSimulator

from browser_host.whatsapp_web import BrowserSettings, WhatsAppWebPages
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import ChannelEvent, QrShown, Ready
from switchboard.domain.ids import ChatId, OrganizationId, WaHex
from switchboard.ports.channel_provider import LinkedPage, SentReceipt
from switchboard.ports.clock import Clock

NUMBER = "15550001111"
CUSTOMER = ChatId("15551234567@c.us")
WITHIN = timedelta(seconds=10)
LONGEST_WAIT_SECONDS = 20.0


def executable() -> Path:
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert found, "install chromium-headless-shell"
    return Path(found)


def settings(simulator: RunningSimulator, **changes: Any) -> BrowserSettings:
    fields: dict[str, Any] = {
        "executable": executable(),
        "wa_js_path": WA_JS,
        "sandbox": False,
        "extra_args": tuple(simulator.chromium_args()),
        "start_within": timedelta(seconds=30),
    }
    return BrowserSettings(**{**fields, **changes})


def wa_hex(number: int) -> WaHex:
    return WaHex(f"3EB0{number:018X}")


class FollowedPage:
    """The page, and its events as they came."""

    def __init__(self, page: LinkedPage, simulator: RunningSimulator) -> None:
        self.page = page
        self.simulator = simulator
        self.events: list[ChannelEvent] = []
        self.came = asyncio.Event()
        self.ended = asyncio.Event()

    async def follow(self) -> None:
        async for event in self.page.events():
            self.events.append(event)
            self.came.set()
        self.ended.set()
        self.came.set()

    def of[T](self, kind: type[T], matches: Callable[[T], bool] = lambda _: True) -> list[T]:
        return [event for event in self.events if isinstance(event, kind) and matches(event)]

    async def until[T](
        self, kind: type[T], matches: Callable[[T], bool] = lambda _: True, count: int = 1
    ) -> T:
        """The count-th such event, waiting for it."""
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while len(found := self.of(kind, matches)) < count:
                self.came.clear()
                await self.came.wait()
        return found[count - 1]

    async def link(self, **fields: Any) -> Ready:
        """Scan the QR with the phone."""
        shown = await self.until(QrShown)
        scanned = self.simulator.ctl(op="scan", ref=shown.raw, **{"pn": NUMBER, **fields})
        assert scanned == {"n": 1}
        return await self.until(Ready)

    async def send(self, number: int, text: str, chat: ChatId = CUSTOMER) -> SentReceipt:
        return await self.page.send_text(chat, wa_hex(number), text, within=WITHIN)

    def hear(self, body: str, **fields: Any) -> None:
        """A customer writes."""
        self.simulator.ctl(op="msg", sender=str(CUSTOMER), body=body, account=NUMBER, **fields)


@asynccontextmanager
async def opened(
    pages: WhatsAppWebPages, simulator: RunningSimulator, profile: Path
) -> AsyncIterator[FollowedPage]:
    page = await pages.open(OrganizationId("org"), profile)
    followed = FollowedPage(page, simulator)
    async with asyncio.TaskGroup() as group:
        group.create_task(followed.follow())
        try:
            yield followed
        finally:
            await page.close()


@asynccontextmanager
async def linked(
    simulator: RunningSimulator, profile: Path, clock: Clock | None = None, **changes: Any
) -> AsyncIterator[FollowedPage]:
    async with (
        WhatsAppWebPages(settings(simulator, **changes), clock or SystemClock()) as pages,
        opened(pages, simulator, profile) as followed,
    ):
        await followed.link()
        yield followed
