"""Snapshots of a profile under heavy continuous writes, each restored and opened in Chromium.

`make verify-snapshots COUNT=200` ends with a JSON line; it ends 0 when every one restored whole: each
record committed before the copy, the key that cannot be exported usable, localStorage there.
"""

import asyncio
import functools
import http.server
import json
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, Playwright, async_playwright
from tests.integration.whatsapp_web.followed_page import executable

from browser_host.profiles.copying import copy_live
from browser_host.profiles.sealing import Sealing
from browser_host.whatsapp_web.chromium import browser_pid
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Snapshot

LOCAL_STORAGE_WRITTEN_AFTER_SECONDS = 12.0
PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Taken:
    """A snapshot, and how many records were committed before it."""

    number: int
    committed: int
    milliseconds: float


@dataclass(frozen=True)
class Restored:
    """What a snapshot held, beside what was committed before it was taken."""

    committed: int
    records: int
    last: int
    secret: str | None
    exportable: bool | None
    account: str | None
    copy_ms: float

    @property
    def whole(self) -> bool:
        """Nothing that was committed is missing, and nothing in between."""
        complete = self.records == self.last >= self.committed
        usable = self.secret == "only with this key" and self.exportable is False
        return complete and usable and self.account == "linked"


@contextmanager
def site() -> Iterator[str]:
    """The page on loopback, at one origin for all browsers."""
    folder = str(Path(__file__).parent)
    handler = functools.partial(QuietHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/login_page.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@asynccontextmanager
async def browser(playwright: Playwright, profile: Path, url: str) -> AsyncIterator[Page]:
    context: BrowserContext = await playwright.chromium.launch_persistent_context(
        profile, executable_path=executable(), headless=True, args=["--no-sandbox"]
    )
    try:
        page = context.pages[0]
        await page.goto(url)
        yield page
    finally:
        await context.close()


async def restored(count: int, folder: Path) -> list[Restored]:
    """Take so many snapshots of one writing browser and open each of them."""
    sealing = Sealing(MemorySnapshotStore())
    taken: list[Taken] = []
    with site() as url:
        async with async_playwright() as playwright:
            async with browser(playwright, folder / "live", url) as page:
                await page.evaluate("begin()")
                await asyncio.sleep(LOCAL_STORAGE_WRITTEN_AFTER_SECONDS)
                await page.evaluate("write()")
                await page.wait_for_function("committed > 0")
                for number in range(count):
                    committed = await page.evaluate("committed")
                    milliseconds = await asyncio.to_thread(_take, sealing, folder, number)
                    taken.append(Taken(number, committed, milliseconds))
                    await asyncio.sleep(PAUSE_SECONDS)
            return [await _open(playwright, sealing, folder, url, each) for each in taken]


def _take(sealing: Sealing, folder: Path, number: int) -> float:
    copy = folder / f"copy-{number}"
    began = time.perf_counter()
    copy_live(folder / "live", copy, browser_pid(folder / "live"))
    milliseconds = (time.perf_counter() - began) * 1000
    sealing.seal(_snapshot(number), copy)
    return milliseconds


async def _open(
    playwright: Playwright, sealing: Sealing, folder: Path, url: str, taken: Taken
) -> Restored:
    with tempfile.TemporaryDirectory(dir=folder) as profile:
        sealing.unseal(_snapshot(taken.number), Path(profile))
        async with browser(playwright, Path(profile), url) as page:
            held = await page.evaluate("inspect()")
    return Restored(taken.committed, **held, copy_ms=taken.milliseconds)


def _snapshot(number: int) -> Snapshot:
    return Snapshot(OrganizationId("shop"), 1, str(number))


def main() -> int:
    """Print the counts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        results = asyncio.run(restored(count, Path(folder)))
    whole = sum(result.whole for result in results)
    slowest = max(result.copy_ms for result in results)
    print(json.dumps({"snapshots": count, "whole": whole, "copy_ms_max": round(slowest, 1)}))
    return int(whole != count)


if __name__ == "__main__":
    sys.exit(main())
