"""The worker process: what is no longer wanted does not hold up what comes next."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

from browser_host.processes import Processes


def _work(begun: Path, ended: Path) -> None:
    begun.write_text("")
    time.sleep(3)
    ended.write_text("")


async def test_a_cancelled_call_ends_with_its_process_and_the_next_does_not_wait(
    tmp_path: Path,
) -> None:
    processes = Processes(timedelta(seconds=60))
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    try:
        work = asyncio.create_task(processes(_work, begun, ended))
        while not begun.exists():
            await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert await processes(os.getpid) != os.getpid()
        await asyncio.sleep(3)
        assert not ended.exists()
    finally:
        processes.close()
