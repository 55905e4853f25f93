"""A host takes lines by its memory and processor, and gives one back when it is too full."""

import errno
from collections.abc import Callable

import pytest
from tests.support.builders import HOST, OTHER_HOST, A, B, seconds
from tests.unit.browser_host.host import RunningHost, serving

from switchboard.domain.host import STARTS_WITHIN, Load
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Reason, SessionStatus

C = OrganizationId("gamma")
NEARLY_FULL = Load(memory=0.82, cpu=0.1, line_memory=0.05)
BUSY = Load(memory=0.1, cpu=0.9, line_memory=0.05)
TOO_FULL = Load(memory=0.95, cpu=0.1, line_memory=0.05)
TOO_BUSY = Load(memory=0.1, cpu=0.99, line_memory=0.05)
DISK_FULL = Load(memory=0.1, cpu=0.1, line_memory=0.05, disk_lines=0.9)
ROOM = Load(memory=0.1, cpu=0.1, line_memory=0.05)


def owned(host: RunningHost, *lines: OrganizationId) -> list[OrganizationId]:
    return [line for line in lines if host.session(line).owner == host.services.host_id]


@pytest.mark.parametrize("load", [NEARLY_FULL, BUSY, TOO_FULL, DISK_FULL])
async def test_a_host_without_room_takes_no_line(
    make_host: Callable[..., RunningHost], load: Load
) -> None:
    host = make_host()
    host.load.load = load
    async with serving(host):
        host.announce(A)
        await host.pass_(120)
        assert owned(host, A) == []
        host.load.load = ROOM
        await host.pass_(12)
        assert owned(host, A) == [A]


async def test_lines_that_still_start_are_counted_before_their_memory_shows(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    host.load.load = Load(memory=0.6, cpu=0.1, line_memory=0.1)
    for line in (A, B, C):
        host.pages.phone(line).blank = True
    async with serving(host):
        host.announce(A, B, C)
        await host.pass_(STARTS_WITHIN.total_seconds() - 5)
        assert len(owned(host, A, B, C)) == 2
        await host.pass_(10)
        assert len(owned(host, A, B, C)) == 3, "by now their memory is measured"


@pytest.mark.parametrize(("load", "within"), [(TOO_FULL, 25), (TOO_BUSY, 125)])
async def test_a_host_over_its_limits_gives_its_last_line_to_one_with_room(
    make_host: Callable[..., RunningHost], load: Load, within: float
) -> None:
    full, roomy = make_host(), make_host(OTHER_HOST)
    roomy.load.load = NEARLY_FULL
    for line in (A, B):
        roomy.pages.phone(line).linked = True
    async with serving(full), serving(roomy):
        await full.take(A, B)
        full.load.load = load
        await full.pass_(within)
        session = full.session(B)
        assert (session.status, session.reason) == (SessionStatus.DISCONNECTED, Reason.HOST_FULL)
        assert owned(full, A) == [A]
        roomy.load.load = ROOM
        await full.pass_(30)
        assert owned(roomy, A, B) == [B]
        assert roomy.session(B).status is SessionStatus.CONNECTED


async def test_a_moment_over_the_limits_costs_no_line(host: RunningHost) -> None:
    await host.take(A, B)
    for _ in range(10):
        host.load.load = TOO_FULL
        await host.pass_(10)
        host.load.load = ROOM
        await host.pass_(10)
    assert owned(host, A, B) == [A, B]


async def test_the_only_line_is_kept_however_full_the_host_is(host: RunningHost) -> None:
    await host.take(A, B)
    host.load.load = TOO_FULL
    await host.pass_(600)
    assert owned(host, A, B) == [A]
    assert host.is_open(A)


async def test_lines_are_handed_back_one_a_minute(host: RunningHost) -> None:
    await host.take(A, B, C)
    host.load.load = TOO_FULL
    await host.pass_(60)
    assert owned(host, A, B, C) == [A, B]
    await host.pass_(60)
    assert owned(host, A, B, C) == [A]


async def test_a_host_that_was_fenced_while_it_polled_takes_nothing(
    make_host: Callable[..., RunningHost],
) -> None:
    """Its fencer has looked for its lines already: nobody would ever free this one."""
    host = make_host()
    host.wire.last["SessionStarts.take"] = seconds(1)
    async with serving(host) as process:
        host.announce(A)
        await host.pass_(0.5)
        assert host.world.hosts.fence(host.world.hosts.read(HOST))
        await host.pass_(6)
        assert process.done()
    session = host.session(A)
    assert (session.owner, session.reason) == (None, Reason.HOST_LOST)
    assert host.opened(A) == 0
    assert host.world.session_starts.taken, "the announcement comes back to another host"


async def test_a_host_that_was_frozen_while_it_polled_takes_nothing(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    host.wire.last["SessionStarts.take"] = seconds(20)
    async with serving(host):
        host.wire.cut.add("HostRegistry.beat")
        host.announce(A)
        await host.pass_(60)
    assert host.session(A).epoch == 0


async def test_a_disk_that_does_not_answer_ends_no_line_and_no_host(host: RunningHost) -> None:
    await host.take(A)
    host.load.failure = OSError(errno.EIO, "Input/output error")
    await host.pass_(30)
    assert host.is_open(A)
    host.announce(B)
    await host.pass_(10)
    assert host.session(B).owner is None, "nobody knows whether there is room"
    host.load.failure = None
    await host.pass_(15)
    assert host.session(B).owner == host.services.host_id
