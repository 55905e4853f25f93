"""Snapshots of a profile under heavy continuous writes, each restored and opened in Chromium.

`make verify-snapshots COUNT=200` prints a JSON line for each that was not whole and one at the end; it
ends 0 when every one restored whole: each record committed before the copy, the key that cannot be
exported usable, localStorage current, large values and the service worker with its cache there.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from playwright.async_api import Page, Playwright, async_playwright
from tests.support.login_site import Site, browser, site

from browser_host.profiles.backend import LEVELDB, backend_of
from browser_host.profiles.contents import Contents
from browser_host.profiles.copying import copy_live
from browser_host.profiles.local_storage import keep, owed
from browser_host.profiles.sealing import Sealing
from browser_host.whatsapp_web.chromium import browser_pid
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.build_rule import BuildRule
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Builds, Snapshot

MESSAGES, OPAQUE_BYTES = 2000, 1000
SESSIONS = 1000
BATCH = 10
"""Snapshots of one living browser; then another browser with another profile begins."""
PAUSES_MS = (0, 10)
STORAGE = "Object.fromEntries(Object.keys(localStorage).map((name) => [name, localStorage[name]]))"
BUILDS = Builds("156.0", LEVELDB, "4.6.0", "2.3000.0")
RULE = BuildRule("156.0", LEVELDB, newer=False)


@dataclass(frozen=True)
class Taken:
    """A snapshot, and what was committed before it."""

    number: int
    committed: int
    noted: int
    copy_ms: float
    pack_bytes: int


@dataclass(frozen=True)
class Restored:
    """What a snapshot held, beside what was committed before it was taken."""

    taken: Taken
    records: int
    last: int
    messages: int
    sessions: int
    damaged: int
    secret: str | None
    exportable: bool | None
    account: str | None
    noted: int
    worker: bool
    cached: int

    @property
    def whole(self) -> bool:
        """Nothing that was committed is missing, and nothing in between."""
        complete = self.records == self.last >= self.taken.committed
        filled = (self.messages, self.sessions) == (MESSAGES + self.records, SESSIONS)
        usable = self.secret == "only with this key" and self.exportable is False
        current = self.account == "linked" and self.noted >= self.taken.noted
        offline = self.worker and self.cached == 200_000
        return complete and filled and usable and current and offline and not self.damaged


async def restored(count: int, folder: Path, pause_ms: int) -> list[Restored]:
    """Take so many snapshots of one writing browser and open each of them.

    Without a pause logs come and go between two snapshots, and the tables are stored; with one every
    log is caught, and a snapshot is an old base with the logs since.
    """
    sealing = Sealing(MemorySnapshotStore())
    with site() as where:
        async with async_playwright() as playwright:
            taken: list[Taken] = []
            async with browser(playwright, folder / "live", where) as page:
                await page.evaluate(f"begin({MESSAGES}, {OPAQUE_BYTES})")
                await page.evaluate(f"void write({pause_ms}, true)")
                await page.wait_for_function("committed > 0")
                await _take_some(page, sealing, folder, count, taken)
            return [await _open(playwright, sealing, folder, where, each) for each in taken]


async def _take_some(
    page: Page, sealing: Sealing, folder: Path, count: int, taken: list[Taken]
) -> None:
    known: Contents | None = None
    for number in range(count):
        await asyncio.sleep(0.1 + number % 10 / 10)
        items = await page.evaluate(STORAGE)
        committed = await page.evaluate("committed")
        one = await asyncio.to_thread(_take, sealing, folder, number, items, known)
        known, copy_ms = one
        size = known.packs[_snapshot(number).generation]
        taken.append(Taken(number, committed, int(items.get("count", 0)), copy_ms, size))


def _take(
    sealing: Sealing, folder: Path, number: int, items: Mapping[str, str], known: Contents | None
) -> tuple[Contents, float]:
    live, copy = folder / "live", folder / f"copy-{number}"
    keep(live, items, time.time_ns())
    began = time.perf_counter()
    copy_live(live, copy, browser_pid(live))
    milliseconds = (time.perf_counter() - began) * 1000
    assert backend_of(copy) == LEVELDB
    return sealing.seal(_snapshot(number), copy, BUILDS, known), milliseconds


async def _open(
    playwright: Playwright, sealing: Sealing, folder: Path, where: Site, taken: Taken
) -> Restored:
    with tempfile.TemporaryDirectory(dir=folder) as directory:
        profile = Path(directory) / "profile"
        profile.mkdir()
        await asyncio.to_thread(sealing.unseal, _snapshot(taken.number), profile, RULE)
        async with browser(playwright, profile, where, owed(profile)) as page:
            held = await page.evaluate("inspect()")
    return Restored(taken, **held)


def _snapshot(number: int) -> Snapshot:
    return Snapshot(OrganizationId("shop"), 1, f"{number:04d}")


def main() -> int:
    """Print the counts."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    results: list[Restored] = []
    for start in range(0, count, BATCH):
        pause_ms = PAUSES_MS[start // BATCH % len(PAUSES_MS)]
        with tempfile.TemporaryDirectory() as folder:
            some = asyncio.run(restored(min(BATCH, count - start), Path(folder), pause_ms))
        results += some
        whole = sum(result.whole for result in some)
        print(json.dumps({"batch": len(some), "pause_ms": pause_ms, "whole": whole}), flush=True)
    for result in results:
        if not result.whole:
            print(json.dumps({"snapshot_not_whole": asdict(result)}))
    whole = sum(result.whole for result in results)
    copies = sorted(result.taken.copy_ms for result in results)
    total = {
        "snapshots": count,
        "whole": whole,
        "copy_ms_median": round(copies[len(copies) // 2], 1),
        "copy_ms_max": round(copies[-1], 1),
    }
    print(json.dumps(total))
    return int(whole != count)


if __name__ == "__main__":
    sys.exit(main())
