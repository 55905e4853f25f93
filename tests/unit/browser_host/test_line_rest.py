"""A page that is closed on purpose first finishes what is in its hands."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.builders import OTHER_HOST, A, message_seen, ready, seconds
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.line_login import REST_WITHIN
from switchboard.adapters.memory.phone import Fault
from switchboard.domain.channel_events import LoginEnded, Restricted
from switchboard.domain.ids import WaHex
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import SessionStatus, Wanted


def log_in(profile: Path) -> None:
    (profile / "Default").mkdir(parents=True)
    (profile / "Default/Preferences").write_text("linked")


async def sending(host: RunningHost, ack_takes: timedelta) -> None:
    """A line in the middle of a send, before its first snapshot."""
    await host.take(A)
    log_in(host.services.profiles / A)
    host.pages.phone(A).ack_takes = ack_takes
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    while not host.pages.phone(A).wire:
        await host.settle()


def stop(host: RunningHost) -> None:
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    host.world.wake_ups.wake(host.queue_url(A), A)


async def test_a_send_is_over_before_the_page_is_closed_and_its_login_stored(
    host: RunningHost,
) -> None:
    await sending(host, seconds(3))
    stop(host)
    await host.pass_(2)
    assert host.is_open(A)
    await host.pass_(2)
    assert host.session(A).status is SessionStatus.STOPPED
    assert host.world.outbox.load(A) == []
    assert len(host.session(A).snapshots) == 1


async def test_a_send_that_hangs_holds_up_no_drain_and_its_login_is_not_stored(
    host: RunningHost,
) -> None:
    host.pages.phone(A).fault = Fault.HANG_AFTER_HAND_OVER
    await sending(host, seconds(0))
    stop(host)
    await host.pass_(REST_WITHIN.total_seconds() + 1)
    assert host.session(A).status is SessionStatus.STOPPED
    assert host.session(A).snapshots == ()


async def test_what_the_page_told_is_passed_on_before_it_is_closed(host: RunningHost) -> None:
    await host.take(A)
    host.wire.last["InboundQueue.push"] = seconds(0.5)
    for number in range(4):
        host.page(A).emit(message_seen(host.clock.now(), number=number))
    stop(host)
    await host.pass_(REST_WITHIN.total_seconds())
    assert host.session(A).status is SessionStatus.STOPPED
    assert len(host.inbound.sent) == 4


async def test_a_store_that_is_silent_holds_up_no_drain(host: RunningHost) -> None:
    await host.take(A)
    host.wire.cut.add("InboundQueue.push")
    host.page(A).emit(message_seen(host.clock.now()))
    stop(host)
    await host.pass_(REST_WITHIN.total_seconds() + 1)
    assert host.session(A).status is SessionStatus.STOPPED


@pytest.mark.parametrize("ending", ["stopped", "taken over"])
async def test_a_sign_of_a_ban_that_was_heard_last_pauses_the_next_owner(
    host: RunningHost, ending: str
) -> None:
    await host.take(A)
    host.wire.cut.add("InboundQueue.push")
    host.page(A).emit(message_seen(host.clock.now()))
    host.page(A).emit(Restricted("temporary_ban"))
    await host.settle()
    if ending == "taken over":
        url = host.queue_url(A)
        host.steal(A, OTHER_HOST)
        host.world.wake_ups.wake(url, A)
    else:
        stop(host)
    await host.pass_(40)
    assert host.session(A).owner != host.services.host_id
    assert host.session(A).pause_reason == "temporary_ban"


async def test_a_page_with_an_unsent_message_leaves_no_snapshot(host: RunningHost) -> None:
    await host.take(A)
    log_in(host.services.profiles / A)
    host.pages.phone(A).acks[WaHex("3EB0000000000000000001")] = 0
    stop(host)
    await host.pass_(REST_WITHIN.total_seconds() + 1)
    assert host.session(A).status is SessionStatus.STOPPED
    assert host.session(A).snapshots == ()


async def test_a_claim_that_is_under_way_is_waited_for(host: RunningHost) -> None:
    await host.take(A)
    log_in(host.services.profiles / A)
    host.wire.last["Outbox.claim"] = seconds(1)
    entry = ready(host.world, 1)
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    while not host.wire.calls["Outbox.claim"]:
        await host.clock.run_for(timedelta(milliseconds=10))
    stop(host)
    await host.pass_(4)
    assert host.session(A).status is SessionStatus.STOPPED
    assert [message.wa_hex for message in host.pages.phone(A).wire] == [entry.wa_hex]
    assert host.world.outbox.load(A) == []


@pytest.mark.parametrize("behind", ["nothing", "a message"])
async def test_a_login_that_ended_is_not_stored_at_a_drain(
    make_host: Callable[..., RunningHost], behind: str
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        log_in(host.services.profiles / A)
        await host.pass_(20)
        assert len(host.session(A).snapshots) == 1
        host.wire.last["SessionStore.record"] = seconds(1)
        if behind == "a message":
            host.wire.last["InboundQueue.push"] = seconds(2)
            host.page(A).hear(message_seen(host.clock.now()))
            await host.settle()
        host.page(A).unlink("user_initiated")
        await host.settle()
        host.stop.set()
        await host.pass_(20)
        assert process.done()
    assert host.session(A).snapshots == ()
    assert host.session(A).status is SessionStatus.DISCONNECTED
    assert [notice.kind for notice in host.operators.told] == [NoticeKind.LOGGED_OUT]


async def test_what_an_unreadable_profile_holds_is_not_stored_at_a_drain(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host):
        await host.take(A)
        log_in(host.services.profiles / A)
        await host.pass_(20)
        before = host.session(A).snapshots
        (host.services.profiles / A / "Default/Preferences").write_text("wiped by the browser")
        host.page(A).emit(LoginEnded("web_fail_storage_initialization"))
        await host.pass_(0.5)
        host.stop.set()
        await host.pass_(20)
    assert host.session(A).snapshots == before
