"""Memory and CPU of 1, 5 and 10 linked lines on one host, without its driver."""

import asyncio
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.figures import figure
from tests.integration.whatsapp_web.followed_page import opened, settings
from tests.support.simulator import RunningSimulator

from browser_host.process_tree import Usage, usage_of
from browser_host.whatsapp_web import WhatsAppWebPages
from switchboard.adapters.clock import SystemClock

COUNTS = (1, 5, 10)
SETTLES_SECONDS = 15.0
IDLE_SECONDS = 20.0
MEBIBYTE = 2**20


async def main() -> None:
    """Print the figures; arguments are further flags for Chromium."""
    for count in COUNTS:
        with RunningSimulator() as simulator, tempfile.TemporaryDirectory() as folder:
            await measure(count, simulator, Path(folder), tuple(sys.argv[1:]))


async def measure(
    count: int, simulator: RunningSimulator, folder: Path, flags: tuple[str, ...]
) -> None:
    ours = settings(simulator)
    ours = settings(simulator, extra_args=(*ours.extra_args, *flags))
    async with WhatsAppWebPages(ours, SystemClock()) as pages, AsyncExitStack() as open_lines:
        pids = []
        for number in range(count):
            line = await open_lines.enter_async_context(
                opened(pages, simulator, folder / str(number))
            )
            await line.link(pn=f"1555000{number:04d}")
            pids.append(line.page.browser_pid)
        await asyncio.sleep(SETTLES_SECONDS)
        before = await _usages(pids)
        await asyncio.sleep(IDLE_SECONDS)
        after = await _usages(pids)
    cpu = [late.cpu_seconds - early.cpu_seconds for early, late in zip(before, after, strict=True)]
    figure(f"lines_{count}_uss", statistics.mean(one.uss_bytes for one in after) / MEBIBYTE, "MiB")
    figure(f"lines_{count}_pss", statistics.mean(one.pss_bytes for one in after) / MEBIBYTE, "MiB")
    figure(f"lines_{count}_idle_cpu", 100 * statistics.mean(cpu) / IDLE_SECONDS, "percent")


async def _usages(pids: list[int | None]) -> list[Usage]:
    return [await asyncio.to_thread(usage_of, pid) for pid in pids if pid is not None]


if __name__ == "__main__":
    asyncio.run(main())
