"""A drain while the store of snapshots hangs: lines do not wait for each other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.support.builders import A, B, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.snapshots import LineSnapshots
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Lease

NAMES = (A, B, OrganizationId("c"), OrganizationId("d"))


@dataclass
class Hanging:
    """The snapshots' one process, over a store that accepts and never answers."""

    clock: MemoryClock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, *_: Any, **__: Any) -> Any:
        async with self.turn:
            await self.clock.sleep(seconds(90))
            raise DependencyUnavailable("a snapshot's work took too long")


def log_in(profile: Path, content: str) -> None:
    (profile / "Default").mkdir(parents=True, exist_ok=True)
    (profile / "Default/Preferences").write_text(content)


async def test_a_store_that_hangs_costs_a_drain_one_deadline(
    make_host: Callable[..., RunningHost],
) -> None:
    host, made = make_host(), []
    make = host.services.snapshots

    def of(lease: Lease, may_write: Callable[[], bool]) -> LineSnapshots:
        made.append(make(lease, may_write))
        return made[-1]

    host.services = replace(host.services, snapshots=of)
    async with serving(host):
        await host.take(*NAMES)
        for name in NAMES:
            log_in(host.services.profiles / name, "linked")
        await host.pass_(30)
        assert all(host.session(name).snapshots for name in NAMES)
        hanging = Hanging(host.clock)
        for login in made:
            login.heavy = hanging
        for name in NAMES:
            log_in(host.services.profiles / name, "newer")
        host.stop.set()
        await host.pass_(30)
        assert [host.session(name).owner for name in NAMES] == [None] * 4
        assert not any((host.services.profiles / name / "Default").exists() for name in NAMES)
