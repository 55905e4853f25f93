"""A page that is lost is replaced: min(2^n s, 30 s), five tries, then a person has to look."""

import pytest
from tests.support.builders import OTHER_HOST, A, seconds
from tests.unit.browser_host.host import RunningHost

from browser_host.loops.watch import FIRST_SIGN_WITHIN
from browser_host.reconnects import SETTLED_AFTER
from switchboard.domain.errors import PageNeverReady
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Reason, SessionStatus, Wanted, reconnect_delay

DELAYS = [2, 4, 8, 16, 30]
A_MOMENT = 0.2


async def crash(host: RunningHost) -> None:
    host.page(A).crash("the renderer died")
    await host.settle()


def test_the_delay_doubles_up_to_half_a_minute() -> None:
    delays = [reconnect_delay(attempt) for attempt in range(1, 8)]
    assert delays == [seconds(count) for count in (2, 4, 8, 16, 30, 30, 30)]


async def test_each_lost_page_is_replaced_after_a_longer_delay(host: RunningHost) -> None:
    await host.take(A)
    for attempt, delay in enumerate(DELAYS, 1):
        await crash(host)
        lost = host.session(A)
        assert (lost.status, lost.reason) == (SessionStatus.DISCONNECTED, Reason.PAGE_CRASHED)
        assert lost.last_error == "the renderer died"
        await host.pass_(delay - A_MOMENT)
        assert host.opened(A) == attempt, "not before its time"
        await host.pass_(A_MOMENT)
        assert host.opened(A) == attempt + 1
        assert host.session(A).status is SessionStatus.CONNECTED


async def test_the_sixth_loss_is_left_to_a_person(host: RunningHost) -> None:
    await host.take(A)
    for delay in DELAYS:
        await crash(host)
        await host.pass_(delay)
    assert host.is_open(A)
    await crash(host)
    await host.pass_(600)
    session = host.session(A)
    assert host.opened(A) == 1 + len(DELAYS)
    assert (session.status, session.reason) == (SessionStatus.ERROR, Reason.MAX_RECONNECT_REACHED)
    assert session.last_error == "page_crashed: the renderer died"
    assert (session.wanted, session.owner) == (Wanted.STOPPED, None)
    told = [(notice.kind, notice.code) for notice in host.operators.told]
    assert told == [(NoticeKind.LINE_FAILED, Reason.MAX_RECONNECT_REACHED)]


async def test_a_person_may_start_it_again_with_all_tries(host: RunningHost) -> None:
    await host.take(A)
    for _ in range(6):
        await crash(host)
        await host.pass_(30)
    await host.take(A)
    await crash(host)
    await host.pass_(DELAYS[0])
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_page_that_held_forgives_earlier_losses(host: RunningHost) -> None:
    await host.take(A)
    for delay in DELAYS:
        await crash(host)
        await host.pass_(delay)
    await host.pass_(SETTLED_AFTER.total_seconds())
    host.page(A).set_socket("TIMEOUT")
    await crash(host)
    await host.pass_(DELAYS[0])
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_stream_that_another_browser_took_is_taken_back_once(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).set_socket("CONFLICT")
    await host.settle()
    lost = host.session(A)
    assert (lost.status, lost.reason) == (SessionStatus.DISCONNECTED, Reason.STREAM_REPLACED)
    await host.pass_(DELAYS[0])
    host.page(A).set_socket("CONNECTED")
    assert host.session(A).status is SessionStatus.CONNECTED
    host.page(A).set_socket("CONFLICT")
    await host.pass_(600)
    session = host.session(A)
    assert host.opened(A) == 2
    assert (session.status, session.reason) == (SessionStatus.ERROR, Reason.STREAM_REPLACED)
    assert (session.last_error, session.wanted) == ("CONFLICT", Wanted.STOPPED)
    told = [(notice.kind, notice.code) for notice in host.operators.told]
    assert told == [(NoticeKind.LINE_FAILED, Reason.STREAM_REPLACED)]


async def test_a_stream_that_held_may_be_taken_back_again(host: RunningHost) -> None:
    await host.take(A)
    for opened in (2, 3, 4):
        host.page(A).set_socket("CONFLICT")
        await host.pass_(DELAYS[0])
        host.page(A).set_socket("CONNECTED")
        await host.pass_(SETTLED_AFTER.total_seconds())
        assert host.opened(A) == opened
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_new_owners_stream_is_not_taken_back(host: RunningHost) -> None:
    await host.take(A)
    host.steal(A, OTHER_HOST)
    before = host.session(A)
    host.page(A).set_socket("CONFLICT")
    await host.pass_(600)
    assert host.opened(A) == 1
    assert not host.is_open(A)
    assert host.session(A) == before


async def test_a_store_that_is_silent_costs_no_try_and_no_line(host: RunningHost) -> None:
    """Else a brown-out of the table would leave every line that blinks to a person."""
    await host.take(A)
    host.wire.cut |= {"SessionStore.read", "SessionStore.record", "SessionStore.release"}
    host.page(A).crash()
    await host.pass_(300)
    host.wire.cut.clear()
    await host.pass_(10)
    assert host.session(A).status is SessionStatus.CONNECTED
    assert host.session(A).owner == host.services.host_id
    assert host.opened(A) == 2


async def test_a_lost_page_is_told_before_it_is_closed(host: RunningHost) -> None:
    """A frozen browser takes a while to close, and readers should not wait for that."""
    await host.take(A)
    host.pages.phone(A).frozen = True
    host.page(A).closes_after = seconds(30)
    await host.pass_(41)
    session = host.session(A)
    assert host.is_open(A)
    assert (session.status, session.reason) == (SessionStatus.DISCONNECTED, Reason.PAGE_CRASHED)


async def test_a_page_that_shows_nothing_is_replaced(host: RunningHost) -> None:
    host.pages.phone(A).blank = True
    await host.take(A)
    await host.pass_(FIRST_SIGN_WITHIN.total_seconds() - 1)
    assert host.is_open(A)
    assert host.session(A).status is SessionStatus.STARTING
    host.pages.phone(A).blank = False
    await host.pass_(1)
    assert host.session(A).reason is Reason.PAGE_NEVER_READY
    await host.pass_(DELAYS[0])
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_browser_that_never_starts_is_tried_six_times(host: RunningHost) -> None:
    host.pages.failure = PageNeverReady("the browser did not start")
    await host.take(A)
    await host.pass_(sum(DELAYS) - 1)
    assert host.session(A).status is SessionStatus.DISCONNECTED
    await host.pass_(1)
    session = host.session(A)
    assert session.reason is Reason.MAX_RECONNECT_REACHED
    assert session.last_error == "page_never_ready: the browser did not start"


async def test_a_browser_that_starts_in_the_end_is_connected(host: RunningHost) -> None:
    host.pages.failure = PageNeverReady("the browser did not start")
    await host.take(A)
    await host.pass_(20)
    host.pages.failure = None
    await host.pass_(DELAYS[3])
    assert host.session(A).status is SessionStatus.CONNECTED


async def test_a_page_that_stops_answering_is_replaced_within_a_minute(host: RunningHost) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.frozen = True
    await host.pass_(41)
    assert host.session(A).reason is Reason.PAGE_CRASHED
    phone.frozen = False
    await host.pass_(DELAYS[0])
    assert host.opened(A) == 2
    assert host.session(A).status is SessionStatus.CONNECTED


@pytest.mark.parametrize("seconds_frozen", [5, 15])
async def test_one_missed_answer_is_forgiven(host: RunningHost, seconds_frozen: int) -> None:
    await host.take(A)
    phone = host.pages.phone(A)
    phone.frozen = True
    await host.pass_(seconds_frozen)
    phone.frozen = False
    await host.pass_(60)
    assert host.opened(A) == 1
