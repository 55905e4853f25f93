"""`MemoryClock`: nobody waits, and time passes in order."""

import asyncio
import time
from datetime import timedelta

from switchboard.adapters.memory.clock import MemoryClock

HOUR = timedelta(hours=1)


async def nap(clock: MemoryClock, log: list[str], name: str, *naps: int) -> None:
    for length in naps:
        await clock.sleep(timedelta(seconds=length))
        log.append(f"{name}@{clock.monotonic():.0f}")


async def test_sleep_advances_the_clock_without_waiting() -> None:
    clock, began = MemoryClock(), time.monotonic()
    before = clock.now()
    await clock.sleep(24 * HOUR)
    assert clock.now() - before == 24 * HOUR
    assert clock.monotonic() == 86_400
    assert time.monotonic() - began < 1


async def test_sleepers_wake_in_the_order_of_their_time() -> None:
    clock, log = MemoryClock(), []
    async with asyncio.TaskGroup() as group:
        group.create_task(nap(clock, log, "a", 5, 5))
        group.create_task(nap(clock, log, "b", 3, 3, 3))
        group.create_task(nap(clock, log, "c", 1))
    assert log == ["c@1", "b@3", "a@5", "b@6", "b@9", "a@10"]


async def test_what_is_ready_runs_before_time_moves() -> None:
    clock, log = MemoryClock(), []
    inbox: asyncio.Queue[int] = asyncio.Queue()

    async def relay() -> None:
        for _ in range(5):
            await inbox.put(await inbox.get() + 1)
        log.append(f"relayed@{clock.monotonic():.0f}")

    async with asyncio.TaskGroup() as group:
        group.create_task(nap(clock, log, "sleeper", 1))
        group.create_task(relay())
        await inbox.put(0)
    assert log == ["relayed@0", "sleeper@1"]


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock, log = MemoryClock(), []
    async with asyncio.TaskGroup() as group:
        doomed = group.create_task(nap(clock, log, "doomed", 500))
        group.create_task(nap(clock, log, "other", 2))
        await asyncio.sleep(0)
        doomed.cancel()
    assert log == ["other@2"]


async def test_by_hand_it_stands_still_until_it_is_advanced() -> None:
    clock, log = MemoryClock(by_hand=True), []
    sleeper = asyncio.create_task(nap(clock, log, "a", 5, 5))
    for _ in range(100):
        await asyncio.sleep(0)
    assert clock.monotonic() == 0
    await clock.run_for(timedelta(seconds=7))
    assert (log, clock.monotonic()) == (["a@5"], 7)
    await clock.run_for(timedelta(seconds=7))
    assert (log, clock.monotonic()) == (["a@5", "a@10"], 14)
    assert sleeper.done()


async def test_advance_schedules_the_sleepers_whose_time_has_come() -> None:
    clock, log = MemoryClock(by_hand=True), []
    tasks = [asyncio.create_task(nap(clock, log, name, at)) for name, at in (("b", 3), ("a", 2))]
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=3))
    await asyncio.gather(*tasks)
    assert log == ["a@3", "b@3"]


def test_advance_works_without_an_event_loop() -> None:
    clock = MemoryClock()
    before = clock.now()
    clock.advance(HOUR)
    assert clock.now() - before == HOUR
    assert clock.now().utcoffset() == timedelta()
