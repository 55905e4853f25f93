"""A drain while the store of snapshots fails: nobody waits long, and no only login is given up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.builders import OTHER_HOST, A, B, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.leftovers import Leftovers
from browser_host.profiles.disk import Disk
from browser_host.profiles.worth import mark_epoch
from browser_host.snapshots import LineSnapshots
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.host import Load
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease, Reason, SessionStatus

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


async def refuse(*_: Any, **__: Any) -> Any:
    """The snapshots' one process, over a store that answers with errors."""
    raise DependencyUnavailable("S3 is down")


@dataclass
class Logins:
    """The logins that a host makes, whose store can be broken."""

    make: Callable[[Lease, Callable[[], bool]], LineSnapshots]
    heavy: Any = None
    made: list[LineSnapshots] = field(default_factory=list)

    def __call__(self, lease: Lease, may_write: Callable[[], bool]) -> LineSnapshots:
        login = self.make(lease, may_write)
        login.heavy = self.heavy or login.heavy
        self.made.append(login)
        return login

    def over(self, heavy: Any) -> None:
        for login in self.made:
            login.heavy = heavy


def break_into(host: RunningHost, heavy: Any = None) -> Logins:
    logins = Logins(host.services.snapshots, heavy)
    host.services = replace(host.services, snapshots=logins)
    return logins


def log_in(host: RunningHost, *names: OrganizationId, content: str = "linked") -> None:
    for name in names:
        login = logged_in(host, name)
        login.parent.mkdir(parents=True, exist_ok=True)
        login.write_text(content)


def logged_in(host: RunningHost, name: OrganizationId) -> Path:
    return host.services.profiles / name / "Default/Preferences"


async def test_a_store_that_hangs_costs_a_drain_one_deadline(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        await host.take(*NAMES)
        log_in(host, *NAMES)
        await host.pass_(30)
        assert all(host.session(name).snapshots for name in NAMES)
        logins.over(Hanging(host.clock))
        log_in(host, *NAMES, content="newer")
        host.stop.set()
        await host.pass_(3)
        shown = {(host.session(name).status, host.session(name).reason) for name in NAMES}
        assert shown == {(SessionStatus.DISCONNECTED, Reason.HOST_STOPPED)}
        await host.pass_(27)
        assert [host.session(name).owner for name in NAMES] == [None] * 4
        assert not any(logged_in(host, name).exists() for name in NAMES)


async def test_an_only_login_is_tried_again_at_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host, refuse)
    async with serving(host):
        await host.take(A)
        log_in(host, A)
        await host.pass_(30)
        assert host.session(A).snapshots == ()
        host.stop.set()
        await host.pass_(30)
        assert host.session(A).owner == host.services.host_id
        logins.over(InlineBlocking())
        await host.pass_(3)
        assert host.session(A).owner is None
        assert len(host.session(A).snapshots) == 1


async def test_an_only_login_outlasts_other_owners_and_is_used_when_the_line_comes_back(
    make_host: Callable[..., RunningHost],
) -> None:
    host, other, back = make_host(), make_host(OTHER_HOST), make_host(HostId("host-3"))
    break_into(host, refuse)
    async with serving(host):
        await host.take(A)
        log_in(host, A)
        await host.pass_(5)
        host.stop.set()
        await host.pass_(70)
        assert host.session(A).owner is None
    async with serving(other):
        await other.take(A, linked=False)
        disk = Disk(host.services.profiles)
        left = Leftovers(
            back.services.host_id, disk, host.world.sessions, InlineBlocking(), host.clock, _none
        )
        await left.look()
        assert logged_in(host, A).exists()
        other.stop.set()
        await other.pass_(70)
    back.services = replace(back.services, profiles=host.services.profiles)
    break_into(back).make = host.services.snapshots
    async with serving(back):
        await back.take(A)
        assert logged_in(back, A).read_text() == "linked"


async def test_an_only_login_is_not_handed_back_for_room(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host, refuse)
    async with serving(host):
        await host.take(A, B)
        log_in(host, A, B)
        host.load.load = Load(memory=0.95, cpu=0.1, line_memory=0.05)
        await host.pass_(180)
        assert {host.session(name).owner for name in (A, B)} == {host.services.host_id}
        logins.over(InlineBlocking())
        await host.pass_(180)
        assert [host.session(name).owner for name in (A, B)] == [host.services.host_id, None]


@pytest.mark.parametrize("looks", [3, 20])
async def test_a_look_at_leftovers_does_not_turn_a_line_away(
    make_host: Callable[..., RunningHost], looks: float
) -> None:
    host = make_host()
    disk = Disk(host.services.profiles)
    log_in(host, A)
    mark_epoch(disk.profile(A), 0)
    disk.claim(disk.profile(A))
    async with serving(host):
        host.announce(A)
        await host.pass_(looks)
        disk.release(disk.profile(A))
        await host.pass_(2)
        assert bool(host.pages.opened) is (looks == 3), "one that lasts is another host's work"


def _none(_: Path) -> int:
    return 0
