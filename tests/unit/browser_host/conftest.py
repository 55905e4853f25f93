from collections.abc import Callable
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.builders import HOST
from tests.support.world import World, memory_world
from tests.unit.browser_host.host import RunningHost, a_host, serving


@pytest.fixture
def world() -> World:
    """Empty stores whose clock stands still until a test moves it."""
    empty = memory_world()
    empty.clock.by_hand = True
    return empty


@pytest.fixture
def make_host(world: World, tmp_path: Path) -> Callable[..., RunningHost]:
    """Hosts on one world; each has its own pages, wire and profiles."""

    def made(host_id: str = HOST, **more: object) -> RunningHost:
        return a_host(world, tmp_path / host_id, host_id, **more)

    return made


@pytest_asyncio.fixture
async def host(make_host: Callable[..., RunningHost]):
    """One host that serves; killed at the end."""
    running = make_host()
    async with serving(running):
        yield running
