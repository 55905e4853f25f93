"""The host as a whole: its drain, its end when fenced, and one line's trouble kept to itself."""

import logging
from collections.abc import Callable
from contextlib import AsyncExitStack

import pytest
from tests.support.builders import OTHER_HOST, A, B, message_seen, ready, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.supervisor import FAILED_AGAIN_AFTER
from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.errors import Ownership
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Reason, SessionStatus, Wanted

C = OrganizationId("gamma")
LINES = (A, B, C)
HANDED_BACK = (SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, None)


def left(host: RunningHost, organization_id: OrganizationId) -> tuple[object, ...]:
    session = host.session(organization_id)
    return session.status, session.reason, session.owner


@pytest.fixture
def unreadable() -> MessageSeen:
    """Nothing foresees a message without a chat."""
    return message_seen(seconds(0), chat_id=None)


async def test_a_host_is_registered_while_it_serves(make_host: Callable[..., RunningHost]) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A, B)
        await host.pass_(6)
        registered = host.world.hosts.read(host.services.host_id)
        assert (registered.capacity, registered.used, registered.heartbeat_seq) == (8, 2, 2)
        assert registered.queue_url in host.world.wake_ups.queues
        host.stop.set()
        await host.pass_(1)
        assert process.done()
    assert process.exception() is None
    assert host.world.hosts.read(host.services.host_id) is None
    assert host.world.wake_ups.queues == {}


async def test_a_drain_hands_back_all_lines_at_once(make_host: Callable[..., RunningHost]) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(*LINES)
        host.wire.last["SessionStore.release"] = seconds(5)
        host.stop.set()
        await host.pass_(5.5)
        assert process.done(), "the lines are not drained one after another"
    for organization_id in LINES:
        assert left(host, organization_id) == HANDED_BACK
        assert not host.is_open(organization_id)


async def test_a_host_drains_when_an_operator_asks(make_host: Callable[..., RunningHost]) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        assert host.world.hosts.ask_to_drain(host.services.host_id)
        await host.pass_(7)
        assert process.done()
    assert process.exception() is None
    assert left(host, A) == HANDED_BACK


async def test_drained_lines_are_offered_to_the_next_host(
    make_host: Callable[..., RunningHost],
) -> None:
    old, new = make_host(), make_host(OTHER_HOST)
    async with serving(old):
        await old.take(*LINES)
        old.stop.set()
        await old.pass_(1)
    for organization_id in LINES:
        new.pages.phone(organization_id).linked = True
    async with serving(new):
        await new.settle()
        owners = {new.session(line).owner for line in LINES}
        epochs = {new.session(line).epoch for line in LINES}
    assert (owners, epochs) == ({OTHER_HOST}, {2})


async def test_a_drain_does_not_wait_for_a_reconnect_delay(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        for _ in range(4):
            host.page(A).crash()
            await host.pass_(16)
        host.page(A).crash()
        await host.settle()
        host.stop.set()
        await host.pass_(1)
        assert process.done()
    assert left(host, A) == HANDED_BACK


async def test_a_line_that_is_just_being_acquired_is_handed_back_too(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        host.wire.last["SessionStore.acquire"] = seconds(2)
        host.announce(A)
        await host.settle()
        host.stop.set()
        await host.pass_(4)
        assert process.done()
    assert host.session(A).epoch == 1
    assert left(host, A) == HANDED_BACK


async def test_a_drained_host_ends_well_also_when_it_cannot_unregister(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        host.wire.cut.add("HostRegistry.remove")
        host.stop.set()
        await host.pass_(2)
        assert process.done()
    assert process.exception() is None
    assert left(host, A) == HANDED_BACK


async def test_a_host_that_drains_does_not_take_its_lines_back(
    make_host: Callable[..., RunningHost],
) -> None:
    """Its last poll may bring what it has just handed over."""
    host = make_host()
    async with serving(host) as process:
        await host.take(A, B)
        host.wire.last["SessionStarts.take"] = seconds(4)
        await host.pass_(1)
        host.stop.set()
        await host.pass_(8)
        assert process.done()
    assert [host.session(line).epoch for line in (A, B)] == [1, 1]
    offered = [host.world.session_starts.receive() for _ in range(3)]
    assert sorted(offered[:2]) == [A, B], "they are there for another host"
    assert offered[2] is None


async def test_a_drain_waits_for_a_store_that_does_not_answer(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        host.wire.cut.add("SessionStore.release")
        host.stop.set()
        await host.pass_(10)
        assert not process.done()
        host.wire.cut.clear()
        await host.pass_(2)
        assert process.done()
    assert host.session(A).owner is None


async def test_a_fenced_host_ends_and_writes_nothing_more(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A, B)
        assert host.world.hosts.fence(host.world.hosts.read(host.services.host_id))
        before = [host.session(line) for line in (A, B)]
        await host.pass_(6)
        assert process.done()
        assert isinstance(process.exception(), Ownership)
    assert [host.session(line) for line in (A, B)] == before
    assert not any(host.is_open(line) for line in (A, B))
    assert host.world.hosts.read(host.services.host_id).fenced, "its fencer still needs it"


async def test_a_silent_hosts_lines_are_taken_by_another(
    make_host: Callable[..., RunningHost],
) -> None:
    silent, other = make_host(), make_host(OTHER_HOST, capacity=1)
    other.pages.phone(B).linked = other.pages.phone(A).linked = True
    async with serving(silent) as process:
        await silent.take(A)
        async with serving(other):
            silent.wire.cut.add("HostRegistry.beat")
            await other.pass_(45)
            assert other.session(A).owner == OTHER_HOST
            assert not silent.is_open(A), "it saw the new owner in the line item"
            silent.wire.cut.clear()
            await other.pass_(6)
            assert isinstance(process.exception(), Ownership)
            assert other.is_open(A)


async def test_freeing_a_dead_hosts_lines_does_not_delay_ones_own_heartbeat(
    make_host: Callable[..., RunningHost],
) -> None:
    """Else the fencer of a host with many lines would be the next to be fenced."""
    busy = make_host()
    async with serving(busy) as process:
        busy.wire.last["ObserveHosts"] = seconds(120)
        await busy.pass_(6)
        beats = busy.world.hosts.read(busy.services.host_id).heartbeat_seq
        await busy.pass_(60)
        assert busy.world.hosts.read(busy.services.host_id).heartbeat_seq >= beats + 11
        assert not process.done()


async def test_hosts_that_could_not_reach_the_table_fence_nobody(
    make_host: Callable[..., RunningHost],
) -> None:
    hosts = [make_host(HostId(f"host-{number}")) for number in range(4)]
    async with AsyncExitStack() as all_of_them:
        for host in hosts:
            await all_of_them.enter_async_context(serving(host))
        for host in hosts:
            host.wire.cut |= {"HostRegistry.beat", "ObserveHosts"}
        await hosts[0].pass_(60)
        for host in hosts:  # one after another, each before the next one's silence is 20 s long
            host.wire.cut.clear()
            await host.pass_(4)
        await hosts[0].pass_(60)
        alive = [each for each in hosts[0].world.hosts.all() if not each.fenced]
    assert len(alive) == len(hosts)


async def test_one_lines_failure_does_not_reach_another(
    host: RunningHost, unreadable: MessageSeen, caplog: pytest.LogCaptureFixture
) -> None:
    await host.take(A, B)
    host.page(A).emit(unreadable)
    await host.settle()
    assert left(host, A) == (SessionStatus.DISCONNECTED, Reason.PAGE_CRASHED, None)
    assert not host.is_open(A)
    (failed,) = [record for record in caplog.records if record.message == "session.failed"]
    assert failed.organization_id == A
    entry = ready(host.world, 1, B)
    host.world.wake_ups.wake(host.queue_url(B), B, entry.message_id)
    host.page(B).hear(message_seen(host.clock.now()))
    await host.pass_(30)
    assert [sent.wa_hex for sent in host.pages.phone(B).wire] == [entry.wa_hex]
    assert [event.organization_id for event in host.inbound.sent] == [B]


async def test_a_failed_line_waits_for_the_sweeper_and_no_host_spins(
    host: RunningHost, unreadable: MessageSeen
) -> None:
    await host.take(A)
    host.page(A).emit(unreadable)
    await host.pass_(120)
    assert host.world.session_starts.sent == [A]
    assert host.opened(A) == 1
    await host.take(A)
    assert host.is_open(A)


async def test_a_failed_line_is_given_back_as_soon_as_the_store_answers(
    host: RunningHost, unreadable: MessageSeen
) -> None:
    await host.take(A)
    host.wire.cut.add("SessionStore.release")
    host.page(A).emit(unreadable)
    await host.pass_(10)
    assert host.session(A).owner == host.services.host_id
    host.wire.cut.clear()
    await host.pass_(2)
    assert host.session(A).owner is None


async def test_a_failed_line_that_is_anothers_does_not_end_the_host(
    host: RunningHost, unreadable: MessageSeen
) -> None:
    await host.take(A, B)
    host.steal(A, OTHER_HOST)
    host.world.sessions.want(A, Wanted.DELETED, host.clock.now())
    host.page(A).emit(unreadable)
    await host.pass_(5)
    assert not host.is_open(A)
    assert host.session(A).owner == OTHER_HOST
    assert host.is_open(B)
    assert host.session(B).owner == host.services.host_id


async def test_a_line_that_fails_while_it_is_given_back_is_tried_again(
    host: RunningHost, unreadable: MessageSeen
) -> None:
    await host.take(A, B)
    host.wire.broken.add("SessionStore.release")
    host.page(A).emit(unreadable)
    await host.pass_(FAILED_AGAIN_AFTER.total_seconds() - 1)
    assert host.session(A).owner == host.services.host_id
    assert host.is_open(B)
    host.wire.broken.clear()
    await host.pass_(2)
    assert host.session(A).owner is None


async def test_a_line_runs_also_when_its_announcement_cannot_be_deleted(host: RunningHost) -> None:
    host.wire.cut.add("SessionStarts.done")
    await host.take(A)
    assert host.is_open(A)
    host.wire.cut.clear()
    host.world.session_starts.give_back()
    await host.settle()
    assert host.opened(A) == 1
    assert host.world.session_starts.taken == {}


@pytest.mark.parametrize("call", ["SessionStarts.take", "SessionStore.acquire"])
async def test_placement_goes_on_after_a_store_that_did_not_answer(
    host: RunningHost, call: str
) -> None:
    host.wire.cut.add(call)
    host.announce(A)
    await host.pass_(5)
    host.wire.cut.clear()
    host.world.session_starts.give_back()
    await host.pass_(2)
    assert host.is_open(A)


async def test_wake_ups_go_on_after_a_queue_that_did_not_answer(
    host: RunningHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    await host.take(A)
    host.wire.cut.add("HostQueue.receive")
    await host.pass_(5)
    assert "host.wake_ups.failed" in caplog.messages
    host.wire.cut.clear()
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), B)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(30)
    assert [sent.wa_hex for sent in host.pages.phone(A).wire] == [entry.wa_hex]
