"""One owner at a time: taken by lease and epoch, let go of as soon as either is another's."""

import logging
from collections.abc import Callable

import pytest
from tests.support.builders import OTHER_HOST, A, B, message_seen, ready, seconds, want_running
from tests.unit.browser_host.host import RunningHost, serving

from switchboard.domain.host import SELF_FENCE_AFTER
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Reason, SessionStatus, Wanted

A_MINUTE = 60


async def test_an_announced_line_is_acquired_under_a_new_epoch(host: RunningHost) -> None:
    await host.take(A)
    session = host.session(A)
    assert (session.owner, session.epoch) == (host.services.host_id, 1)
    assert (session.status, session.reason) == (SessionStatus.CONNECTED, Reason.LINKED)
    assert session.account == host.pages.phone(A).account
    assert host.world.session_starts.taken == {}, "the announcement is done"


async def test_a_line_that_somebody_owns_is_left_alone(host: RunningHost) -> None:
    want_running(host.world, A)
    host.world.sessions.acquire(A, OTHER_HOST, "memory://other", host.clock.now())
    host.world.session_starts.announce(A)
    await host.settle()
    assert host.opened(A) == 0
    assert host.world.session_starts.taken == {}


async def test_an_announcement_of_nobodys_line_does_no_harm(host: RunningHost) -> None:
    host.world.session_starts.announce(OrganizationId("unknown"))
    await host.take(A)
    assert host.is_open(A)


async def test_a_full_host_takes_no_more(make_host: Callable[..., RunningHost]) -> None:
    small = make_host("host-small", capacity=1)
    async with serving(small):
        await small.take(A)
        small.announce(B)
        await small.pass_(A_MINUTE)
        assert small.opened(B) == 0


async def test_a_stolen_line_is_let_go_within_half_a_minute(host: RunningHost) -> None:
    await host.take(A)
    host.steal(A, OTHER_HOST)
    before = host.session(A)
    await host.pass_(30)
    assert not host.is_open(A)
    assert host.opened(A) == 1
    assert host.session(A) == before, "nothing is published for a line of another's"


async def test_a_wake_up_lets_a_stolen_line_go_at_once(host: RunningHost) -> None:
    await host.take(A)
    url = host.queue_url(A)
    host.steal(A, OTHER_HOST)
    host.world.wake_ups.wake(url, A)
    await host.settle()
    assert not host.is_open(A)


async def test_a_stale_epoch_sends_nothing(host: RunningHost) -> None:
    await host.take(A)
    entry = ready(host.world, 1)
    url = host.queue_url(A)
    host.steal(A, OTHER_HOST)
    host.world.wake_ups.wake(url, A, entry.message_id)
    await host.pass_(A_MINUTE)
    assert host.pages.phone(A).wire == []
    assert host.world.outbox.read(A, entry.message_id) == entry


async def test_the_same_owner_under_a_newer_epoch_is_another_owner(host: RunningHost) -> None:
    await host.take(A)
    host.steal(A, host.services.host_id)
    before = host.session(A)
    await host.pass_(A_MINUTE)
    assert not host.is_open(A)
    assert (host.session(A), before.epoch) == (before, 2)


async def test_a_state_that_is_refused_ends_the_page_as_lost(
    host: RunningHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await host.take(A)
    host.steal(A, OTHER_HOST)
    before = host.session(A)
    host.page(A).set_socket("TIMEOUT")
    await host.settle()
    assert not host.is_open(A)
    assert host.session(A) == before
    ended = [record.reason for record in caplog.records if record.message == "session.page.ended"]
    assert ended == [Reason.HOST_LOST.value]


async def test_a_line_lost_during_a_reconnect_delay_opens_no_browser(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).crash()
    await host.settle()
    host.steal(A, OTHER_HOST)
    await host.pass_(A_MINUTE)
    assert host.opened(A) == 1


async def test_a_line_stopped_during_a_reconnect_delay_opens_no_browser(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).crash()
    await host.settle()
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    await host.pass_(A_MINUTE)
    assert host.opened(A) == 1
    assert (host.session(A).status, host.session(A).owner) == (SessionStatus.STOPPED, None)


async def test_a_host_that_cannot_renew_sends_nothing_and_goes_on_when_it_can(
    host: RunningHost,
) -> None:
    """Nobody fenced it, so nobody else will ever serve its lines."""
    await host.take(A)
    host.wire.cut.add("HostRegistry.beat")
    await host.pass_(SELF_FENCE_AFTER.total_seconds() + 5)
    entry = ready(host.world, 1)
    url = host.queue_url(A)
    host.world.wake_ups.wake(url, A, entry.message_id)
    await host.pass_(A_MINUTE)
    assert host.pages.phone(A).wire == []
    assert host.is_open(A), "pages stay open until another owner is read"
    host.wire.cut.clear()
    await host.pass_(A_MINUTE)
    assert [message.wa_hex for message in host.pages.phone(A).wire] == [entry.wa_hex]


async def test_a_host_that_was_frozen_between_claim_and_send_sends_nothing(
    host: RunningHost,
) -> None:
    await host.take(A)
    entry = ready(host.world, 1)
    host.wire.last["Outbox.claim"] = seconds(20)
    host.wire.cut.add("HostRegistry.beat")
    host.world.wake_ups.wake(host.queue_url(A), A, entry.message_id)
    await host.pass_(A_MINUTE)
    assert host.world.outbox.read(A, entry.message_id).claim_epoch == 1, "the claim was made"
    assert host.pages.phone(A).wire == []
    host.wire.cut.clear()
    host.wire.last.clear()
    await host.pass_(A_MINUTE)
    assert [message.wa_hex for message in host.pages.phone(A).wire] == [entry.wa_hex]


async def test_a_host_that_cannot_renew_takes_no_lines(host: RunningHost) -> None:
    host.wire.cut.add("HostRegistry.beat")
    await host.pass_(SELF_FENCE_AFTER.total_seconds() + 5)
    host.announce(A)
    await host.pass_(10)
    assert host.opened(A) == 0


async def test_changed_limits_do_not_end_a_lease(host: RunningHost) -> None:
    await host.take(A)
    host.world.sessions.set_limits(A, Limits(), host.clock.now())
    await host.pass_(A_MINUTE)
    host.page(A).hear(message_seen(host.clock.now()))
    await host.settle()
    assert host.is_open(A)
    assert len(host.inbound.sent) == 1


async def test_a_restart_opens_a_fresh_page_at_once_under_the_same_lease(host: RunningHost) -> None:
    await host.take(A)
    lease = host.session(A).lease
    host.world.sessions.restart(A, host.clock.now())
    assert host.session(A).status is SessionStatus.STARTING
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.pass_(3)
    assert host.opened(A) == 2
    assert host.session(A).lease == lease
    assert host.session(A).status is SessionStatus.CONNECTED
    await host.pass_(A_MINUTE)
    assert host.opened(A) == 2, "once for each time it is asked"


async def test_a_line_stopped_while_it_restarts_is_stopped_and_keeps_its_login(
    host: RunningHost,
) -> None:
    await host.take(A)
    host.wire.last["SessionStore.read"] = seconds(1)
    host.world.sessions.restart(A, host.clock.now())
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.pass_(1.5)
    assert not host.is_open(A)
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    await host.pass_(10)
    session = host.session(A)
    assert (session.status, session.reason) == (SessionStatus.STOPPED, Reason.STOPPED_BY_USER)
    assert (session.owner, len(session.snapshots)) == (None, 1)


async def test_a_line_started_while_it_stops_is_not_left_stopped(host: RunningHost) -> None:
    await host.take(A)
    host.wire.last["SessionStore.read"] = seconds(1)
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.pass_(1.5)
    assert not host.is_open(A)
    host.world.sessions.want(A, Wanted.RUNNING, host.clock.now())
    await host.pass_(10)
    assert (host.opened(A), host.session(A).epoch) == (2, 1), "never released"
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_line_started_while_it_is_given_back_is_announced(host: RunningHost) -> None:
    await host.take(A)
    host.wire.last["SessionStore.release"] = seconds(1)
    host.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.pass_(0.5)
    host.world.sessions.want(A, Wanted.RUNNING, host.clock.now())
    await host.pass_(10)
    assert host.opened(A) == 2
    assert host.session(A).status is SessionStatus.CONNECTED
