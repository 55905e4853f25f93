"""A drain while the store of snapshots fails: nobody waits long, and no only login is given up."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.builders import OTHER_HOST, A, B, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.profiles.disk import Disk
from browser_host.profiles.worth import mark_epoch
from browser_host.snapshots import LineSnapshots
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.host import Load
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease, Reason, SessionStatus, Wanted

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


@dataclass
class Slow(Hanging):
    """The snapshots' one process, each of whose calls takes a while."""

    each: float = 1.0

    async def __call__(self, call: Any, *args: Any, **options: Any) -> Any:
        async with self.turn:
            await self.clock.sleep(seconds(self.each))
            return call(*args, **options)


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


async def link(host: RunningHost, *names: OrganizationId) -> None:
    """Take lines and have their logins stored."""
    await host.take(*names)
    log_in(host, *names)
    await host.pass_(30)
    assert all(host.session(name).snapshots for name in names)


async def test_a_store_that_hangs_costs_a_drain_one_deadline(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        await link(host, *NAMES)
        logins.over(Hanging(host.clock))
        log_in(host, *NAMES, content="newer")
        host.stop.set()
        await host.pass_(3)
        shown = {(host.session(name).status, host.session(name).reason) for name in NAMES}
        assert shown == {(SessionStatus.DISCONNECTED, Reason.HOST_STOPPED)}
        await host.pass_(87)
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


async def test_a_login_that_was_given_up_does_not_come_back_after_a_logout(
    make_host: Callable[..., RunningHost],
) -> None:
    host, other, back = make_host(), make_host(OTHER_HOST), make_host(HostId("host-3"))
    break_into(host, refuse)
    async with serving(host):
        await host.take(A)
        log_in(host, A, content="one number")
        await host.pass_(5)
        host.stop.set()
        await host.pass_(110)
        assert host.session(A).owner is None
    async with serving(other):
        await other.take(A, linked=False)
        other.page(A).scan()
        log_in(other, A, content="another number")
        await other.pass_(30)
        assert other.session(A).snapshots
        other.page(A).unlink("logged_out_by_user")
        await other.pass_(5)
        other.stop.set()
        await other.pass_(110)
    assert host.session(A).snapshots == ()
    break_into(back).make = host.services.snapshots
    async with serving(back):
        await back.take(A)
        assert not logged_in(host, A).exists()


async def test_lines_that_are_being_restored_do_not_hold_up_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    first, host = make_host(HostId("host-0")), make_host()
    async with serving(first):
        await link(first, *NAMES)
        first.stop.set()
        await first.pass_(10)
    break_into(host, Hanging(host.clock)).make = first.services.snapshots
    async with serving(host):
        host.announce(*NAMES)
        await host.pass_(3)
        assert {host.session(name).owner for name in NAMES} == {host.services.host_id}
        host.stop.set()
        await host.pass_(10)
        assert [host.session(name).owner for name in NAMES] == [None] * 4


async def test_logins_that_ended_do_not_hold_up_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        await link(host, *NAMES)
        logins.over(Hanging(host.clock))
        for login in logins.made:
            login.generations.heavy = login.heavy
        for name in NAMES[1:]:
            host.page(name).unlink("logged_out_by_user")
        await host.pass_(1)
        host.stop.set()
        await host.pass_(100)
        assert [host.session(name).owner for name in NAMES] == [None] * 4


@pytest.mark.parametrize(("lines", "each"), [(8, 6), (1, 31)])
async def test_a_slow_store_stores_every_line_of_a_drain(
    make_host: Callable[..., RunningHost], lines: int, each: float
) -> None:
    names = [OrganizationId(f"line-{number}") for number in range(lines)]
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        for name in names:
            await host.take(name)
            log_in(host, name)
            await host.pass_(61)
        before = {name: host.session(name).snapshots for name in names}
        logins.over(Slow(host.clock, each=each))
        log_in(host, *names, content="newer")
        host.stop.set()
        await host.pass_(100)
        assert not [name for name in names if host.session(name).snapshots == before[name]]


async def test_what_a_store_refuses_once_is_stored_at_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        await link(host, A)
        before = host.session(A).snapshots
        logins.over(refuse)
        log_in(host, A, content="newer")
        host.stop.set()
        await host.pass_(1)
        logins.over(InlineBlocking())
        await host.pass_(5)
        assert host.session(A).snapshots != before


async def test_a_slow_table_holds_no_page_open_at_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host):
        await link(host, A)
        host.wire.last["SessionStore.record"] = seconds(8)
        host.stop.set()
        await host.pass_(3)
        assert not host.is_open(A), "it would acknowledge what nobody hears any more"


async def test_a_line_that_is_stopped_is_not_shown_connected_while_its_store_hangs(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    logins = break_into(host)
    async with serving(host):
        await link(host, A)
        logins.over(Hanging(host.clock))
        log_in(host, A, content="newer")
        host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
        host.world.wake_ups.wake(host.queue_url(A), A)
        await host.pass_(20)
        assert not host.is_open(A)
        assert host.session(A).status is SessionStatus.DISCONNECTED
        await host.pass_(90)
        assert (host.session(A).status, host.session(A).owner) == (SessionStatus.STOPPED, None)


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
