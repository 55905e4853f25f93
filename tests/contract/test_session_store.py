"""`SessionStore`: lines, their owners and the fencing token."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.support.builders import (
    HOST,
    NOBODY,
    OTHER_HOST,
    A,
    B,
    owned_line,
    seconds,
    thread,
    want_running,
)
from tests.support.world import World

from switchboard.domain.errors import InvalidInput, LeaseLost, NotFound, StaleEpoch
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import (
    Account,
    Lease,
    Reason,
    SessionState,
    SessionStatus,
    Wanted,
)
from switchboard.ports.rate_gate import Granted, Refused

CONNECTED = SessionState(SessionStatus.CONNECTED, Reason.LINKED)
LOST = SessionState(SessionStatus.DISCONNECTED, Reason.SOCKET_LOST)


def let_go(w: World, lease: Lease) -> bool:
    status, reason = SessionStatus.DISCONNECTED, Reason.HOST_STOPPED
    return w.sessions.release(lease, status, reason, w.clock.now())


def recreate(w: World) -> None:
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    assert w.sessions.create(A, w.clock.now())


def listed(w: World, limit: int) -> list[str]:
    found, cursor = [], None
    while True:
        page = w.sessions.page(cursor, limit)
        assert len(page.items) <= limit
        found += [session.organization_id for session in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


def test_create_makes_a_stopped_line_and_its_organization(backend: World) -> None:
    now = backend.clock.now()
    assert backend.sessions.create(A, now)
    session = backend.sessions.read(A)
    assert (session.status, session.reason) == (SessionStatus.STOPPED, Reason.CREATED)
    assert (session.wanted, session.owner, session.epoch) == (Wanted.STOPPED, None, 0)
    assert (session.created_at, session.updated_at, session.limits) == (now, now, Limits())
    assert backend.organizations.read(A).created_at == now


def test_create_is_refused_while_the_line_exists(backend: World) -> None:
    lease = owned_line(backend)
    before = backend.sessions.read(A)
    assert not backend.sessions.create(A, backend.clock.now() + seconds(9))
    assert backend.sessions.read(A) == before
    assert before.lease == lease


def test_create_revives_a_deleted_line_as_a_new_one(backend: World) -> None:
    backend.sessions.create(A, backend.clock.now())
    backend.sessions.set_limits(A, Limits(1, 2, 3), backend.clock.now())
    recreate(backend)
    session = backend.sessions.read(A)
    assert (session.wanted, session.status) == (Wanted.STOPPED, SessionStatus.STOPPED)
    assert (session.reason, session.limits) == (Reason.CREATED, Limits())


def test_the_epoch_grows_through_deletion_and_creation(backend: World) -> None:
    first = owned_line(backend)
    let_go(backend, first)
    recreate(backend)
    second = owned_line(backend)
    assert second.epoch == first.epoch + 2, "a login of the deleted line is not the next before"
    with pytest.raises(StaleEpoch):
        backend.sessions.record(first, CONNECTED, backend.clock.now())


def test_sends_and_a_ban_outlive_deletion_and_creation(backend: World) -> None:
    lease = owned_line(backend)
    now = backend.clock.now()
    backend.sessions.set_limits(A, Limits(1, 100, 100), now)
    assert isinstance(backend.gate.grant(lease, now, urgent=True), Granted)
    let_go(backend, lease)
    recreate(backend)
    backend.sessions.set_limits(A, Limits(1, 100, 100), now)
    again = owned_line(backend)
    assert isinstance(backend.gate.grant(again, now, urgent=True), Refused)
    backend.sessions.pause(A, now + seconds(900), "temporary_ban", now)
    let_go(backend, again)
    recreate(backend)
    assert backend.sessions.read(A).paused_until == now + seconds(900)


def test_read_returns_none_for_an_unknown_line_and_the_epoch_of_a_deleted_one(
    backend: World,
) -> None:
    assert backend.sessions.read(NOBODY) is None
    let_go(backend, owned_line(backend))
    backend.sessions.want(A, Wanted.DELETED, backend.clock.now())
    deleted = backend.sessions.read(A)
    assert (deleted.wanted, deleted.epoch) == (Wanted.DELETED, 1)


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_page_lists_every_line_once_in_order_without_the_deleted(
    backend: World, limit: int
) -> None:
    names = [f"line-{number:02d}" for number in (5, 1, 9, 0, 7, 3, 8, 2)]
    for name in names:
        backend.sessions.create(OrganizationId(name), backend.clock.now())
    for name in ("line-03", "line-09"):
        backend.sessions.want(OrganizationId(name), Wanted.DELETED, backend.clock.now())
    assert listed(backend, limit) == sorted(set(names) - {"line-03", "line-09"})


def test_page_refuses_a_cursor_that_it_did_not_give(backend: World) -> None:
    for chat in ("15550001111@c.us", "15550002222@c.us"):
        thread(backend, A, chat)
    other = backend.inbox.conversations(A, None, 1).cursor
    assert other is not None
    for cursor in (other, "nonsense", "", "bm9uc2Vuc2U=", "\N{SNOWMAN}"):
        with pytest.raises(InvalidInput) as refused:
            backend.sessions.page(cursor, 10)
        assert refused.value.field == "cursor"


def test_want_of_an_unknown_or_deleted_line_is_not_found(backend: World) -> None:
    now = backend.clock.now()
    with pytest.raises(NotFound):
        backend.sessions.want(NOBODY, Wanted.RUNNING, now)
    with pytest.raises(NotFound):
        backend.sessions.restart(NOBODY, now)
    assert backend.sessions.read(NOBODY) is None
    backend.sessions.create(A, now)
    backend.sessions.want(A, Wanted.DELETED, now)
    for wanted in Wanted:
        with pytest.raises(NotFound):
            backend.sessions.want(A, wanted, now)


def test_want_running_without_owner_starts_and_nominates(backend: World) -> None:
    now = backend.clock.now()
    backend.sessions.create(A, now)
    assert backend.sessions.unowned(now + seconds(1), 10) == []
    wanted = backend.sessions.want(A, Wanted.RUNNING, now)
    assert (wanted.status, wanted.reason) == (SessionStatus.STARTING, Reason.STARTING)
    assert wanted == backend.sessions.read(A)
    assert backend.sessions.unowned(now, 10) == []
    assert backend.sessions.unowned(now + seconds(1), 10) == [A]


def test_want_running_again_does_not_start_the_wait_anew(backend: World) -> None:
    now = backend.clock.now()
    want_running(backend)
    backend.sessions.want(A, Wanted.RUNNING, now + seconds(60))
    assert backend.sessions.unowned(now + seconds(30), 10) == [A]


@pytest.mark.parametrize("wanted", [Wanted.STOPPED, Wanted.DELETED])
def test_want_stopped_or_deleted_without_owner_stops_at_once(
    backend: World, wanted: Wanted
) -> None:
    want_running(backend)
    session = backend.sessions.want(A, wanted, backend.clock.now())
    assert (session.wanted, session.status) == (wanted, SessionStatus.STOPPED)
    assert backend.sessions.unowned(backend.clock.now() + seconds(99), 10) == []


@pytest.mark.parametrize("wanted", Wanted)
def test_want_with_an_owner_changes_nothing_but_the_wish(backend: World, wanted: Wanted) -> None:
    lease = owned_line(backend)
    backend.sessions.record(lease, CONNECTED, backend.clock.now())
    session = backend.sessions.want(A, wanted, backend.clock.now())
    assert (session.wanted, session.status) == (wanted, SessionStatus.CONNECTED)
    assert session.lease == lease
    assert backend.sessions.unowned(backend.clock.now() + seconds(99), 10) == []


def test_a_restart_is_counted_and_starts_with_or_without_an_owner(backend: World) -> None:
    lease = owned_line(backend)
    backend.sessions.record(lease, CONNECTED, backend.clock.now())
    session = backend.sessions.restart(A, backend.clock.now())
    assert (session.status, session.wanted) == (SessionStatus.STARTING, Wanted.RUNNING)
    assert (session.restarts, session.lease) == (1, lease)
    assert session.disconnected_at == backend.clock.now()
    assert session == backend.sessions.read(A)
    assert let_go(backend, lease)
    backend.sessions.want(A, Wanted.STOPPED, backend.clock.now())
    again = backend.sessions.restart(A, backend.clock.now())
    assert (again.status, again.restarts) == (SessionStatus.STARTING, 2)
    assert backend.sessions.unowned(backend.clock.now() + seconds(1), 10) == [A]


def test_a_deleted_line_is_nominated_until_nothing_of_its_login_is_stored(backend: World) -> None:
    backend.sessions.create(A, backend.clock.now())
    now = backend.clock.now()
    backend.sessions.want(A, Wanted.DELETED, now)
    assert backend.sessions.deleted(now, 10) == []
    assert backend.sessions.deleted(now + seconds(1), 10) == [A]
    assert not backend.sessions.disposed(A, 1), "not the epoch that was looked at"
    assert backend.sessions.disposed(A, 0)
    assert backend.sessions.deleted(now + seconds(99), 10) == []


def test_a_deleted_line_is_nominated_when_its_owner_lets_go(backend: World) -> None:
    lease = owned_line(backend)
    backend.sessions.publish(lease, ["1/01ID"])
    backend.sessions.want(A, Wanted.DELETED, backend.clock.now())
    later = backend.clock.now() + seconds(1)
    assert backend.sessions.deleted(later, 10) == []
    assert not backend.sessions.disposed(A, lease.epoch), "its owner is still at it"
    assert let_go(backend, lease)
    assert backend.sessions.deleted(later, 10) == [A]
    assert backend.sessions.disposed(A, lease.epoch)
    assert backend.sessions.read(A).snapshots == ()


def test_a_line_that_was_made_again_is_not_disposed_of(backend: World) -> None:
    backend.sessions.create(A, backend.clock.now())
    recreate(backend)
    assert backend.sessions.deleted(backend.clock.now() + seconds(99), 10) == []
    assert not backend.sessions.disposed(A, 0)


def test_acquire_takes_the_line_under_the_next_epoch(backend: World) -> None:
    want_running(backend)
    now = backend.clock.now()
    lease = backend.sessions.acquire(A, HOST, "queue", now)
    assert lease == Lease(A, HOST, 1)
    session = backend.sessions.read(A)
    assert (session.lease, session.owner_queue_url) == (lease, "queue")
    assert backend.sessions.unowned(now + seconds(99), 10) == []


def test_acquire_returns_none_when_the_line_is_owned(backend: World) -> None:
    lease = owned_line(backend)
    assert backend.sessions.acquire(A, OTHER_HOST, "q", backend.clock.now()) is None
    assert backend.sessions.acquire(A, HOST, "q", backend.clock.now()) is None
    assert backend.sessions.read(A).lease == lease


def test_acquire_returns_none_when_nobody_wants_the_line_to_run(backend: World) -> None:
    now = backend.clock.now()
    assert backend.sessions.acquire(NOBODY, HOST, "q", now) is None
    backend.sessions.create(A, now)
    assert backend.sessions.acquire(A, HOST, "q", now) is None
    backend.sessions.want(A, Wanted.DELETED, now)
    assert backend.sessions.acquire(A, HOST, "q", now) is None
    assert backend.sessions.read(A).epoch == 0


def test_record_writes_the_state_and_stamps_the_edges_of_connected(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    backend.sessions.record(lease, CONNECTED, now + seconds(1))
    backend.sessions.record(lease, CONNECTED, now + seconds(2))
    session = backend.sessions.read(A)
    assert (session.status, session.connected_at) == (SessionStatus.CONNECTED, now + seconds(1))
    assert session.disconnected_at is None
    backend.sessions.record(lease, LOST, now + seconds(3))
    backend.sessions.record(lease, LOST, now + seconds(4))
    session = backend.sessions.read(A)
    assert (session.connected_at, session.disconnected_at) == (now + seconds(1), now + seconds(3))
    assert (session.reason, session.updated_at) == (Reason.SOCKET_LOST, now + seconds(4))


def test_record_leaves_what_is_none_as_it_is_but_a_qr_outlives_no_state(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    account = Account("15550009999", "99999@lid", "Shop")
    shown = SessionState(SessionStatus.WAITING_QR, Reason.SCAN_QR, "2@qr", 3, now + seconds(20))
    backend.sessions.record(
        lease, replace(shown, last_error="before", web_version="2.3", wa_js_version="4.6"), now
    )
    session = backend.sessions.read(A)
    assert (session.qr_code, session.qr_number) == ("2@qr", 3)
    assert session.qr_expires_at == now + seconds(20)
    backend.sessions.record(lease, LOST, now)
    session = backend.sessions.read(A)
    assert (session.qr_code, session.qr_number, session.qr_expires_at) == (None, 0, None)
    assert (session.last_error, session.web_version) == ("before", "2.3")
    backend.sessions.record(lease, replace(CONNECTED, account=account), now)
    session = backend.sessions.read(A)
    assert session.last_error is None, "a line that is connected has none any more"
    assert session.wa_js_version == "4.6"
    assert session.account == account


def test_record_by_another_owner_or_of_an_unowned_line_is_lease_lost(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    with pytest.raises(LeaseLost):
        backend.sessions.record(replace(lease, owner=OTHER_HOST), CONNECTED, now)
    let_go(backend, lease)
    for lost in (lease, Lease(NOBODY, HOST, 1)):
        with pytest.raises(LeaseLost):
            backend.sessions.record(lost, CONNECTED, now)
    assert backend.sessions.read(A).status is SessionStatus.DISCONNECTED
    assert backend.sessions.read(NOBODY) is None


def test_record_under_an_old_epoch_is_stale(backend: World) -> None:
    old = owned_line(backend)
    let_go(backend, old)
    owned_line(backend)
    with pytest.raises(StaleEpoch):
        backend.sessions.record(old, CONNECTED, backend.clock.now())


def test_release_frees_the_line_and_nominates_it_while_it_is_wanted(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    backend.sessions.record(lease, CONNECTED, now)
    assert let_go(backend, lease)
    session = backend.sessions.read(A)
    assert (session.owner, session.owner_queue_url, session.epoch) == (None, None, lease.epoch)
    assert (session.status, session.reason) == (SessionStatus.DISCONNECTED, Reason.HOST_STOPPED)
    assert session.disconnected_at == now
    assert backend.sessions.unowned(now + seconds(1), 10) == [A]
    assert backend.sessions.owned_by(HOST) == []


def test_release_of_a_stopped_line_is_not_nominated(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    backend.sessions.want(A, Wanted.STOPPED, now)
    assert backend.sessions.release(lease, SessionStatus.ERROR, Reason.QR_EXPIRED, now)
    assert backend.sessions.read(A).status is SessionStatus.ERROR
    assert backend.sessions.unowned(now + seconds(99), 10) == []


def test_release_returns_false_when_the_lease_was_lost(backend: World) -> None:
    old = owned_line(backend)
    assert not let_go(backend, replace(old, owner=OTHER_HOST))
    assert let_go(backend, old)
    assert not let_go(backend, old)
    new = owned_line(backend)
    assert not let_go(backend, old)
    assert backend.sessions.read(A).lease == new
    assert not let_go(backend, Lease(NOBODY, HOST, 1))


def test_owned_by_lists_a_hosts_lines_only(backend: World) -> None:
    owned_line(backend, A)
    owned_line(backend, B)
    owned_line(backend, OrganizationId("gamma"), OTHER_HOST)
    assert sorted(backend.sessions.owned_by(HOST)) == [A, B]
    assert backend.sessions.owned_by(OTHER_HOST) == ["gamma"]


def test_unowned_gives_the_longest_waiting_first_and_no_more_than_asked(backend: World) -> None:
    for name in ("one", "two", "three", "four"):
        want_running(backend, OrganizationId(name))
        backend.advance(seconds=1)
    assert backend.sessions.unowned(backend.clock.now(), 3) == ["one", "two", "three"]
    assert backend.sessions.unowned(backend.clock.now() - seconds(3), 10) == ["one"]


@pytest.mark.parametrize("wanted", [Wanted.RUNNING, Wanted.DELETED])
def test_a_line_freed_by_a_clock_that_is_ahead_is_nominated_at_once(
    backend: World, wanted: Wanted
) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    backend.sessions.want(A, wanted, now)
    hours_ahead = now + seconds(3 * 3_600)
    backend.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, hours_ahead)
    running = wanted is Wanted.RUNNING
    nominated = backend.sessions.unowned if running else backend.sessions.deleted
    assert nominated(now + seconds(60), 10) == []
    assert nominated(now - seconds(20), 10, after=now + seconds(10)) == [A]
    assert nominated(now - seconds(20), 10, after=hours_ahead) == []


def test_a_line_freed_just_now_is_nominated_by_neither_bound(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    backend.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
    assert backend.sessions.unowned(now - seconds(20), 10, after=now + seconds(10)) == []


def test_set_limits_of_an_unknown_or_deleted_line_is_not_found(backend: World) -> None:
    now = backend.clock.now()
    backend.sessions.create(A, now)
    backend.sessions.want(A, Wanted.DELETED, now)
    for organization in (NOBODY, A):
        with pytest.raises(NotFound):
            backend.sessions.set_limits(organization, Limits(1, 2, 3), now)
    assert backend.sessions.read(NOBODY) is None


def test_pause_is_stored_until_resumed_and_makes_no_line(backend: World) -> None:
    now = backend.clock.now()
    backend.sessions.create(A, now)
    ends_at = now + seconds(30)
    backend.sessions.pause(A, now + seconds(60), "temporary_ban", now, ends_at=ends_at)
    paused = backend.sessions.read(A)
    assert (paused.paused_until, paused.pause_reason) == (now + seconds(60), "temporary_ban")
    assert paused.pause_ends_at == ends_at
    assert not backend.sessions.resume(A, now + seconds(61), now)
    assert backend.sessions.read(A) == paused
    assert backend.sessions.resume(A, now + seconds(60), now)
    assert backend.sessions.resume(A, now + seconds(60), now), "it has ended"
    resumed = backend.sessions.read(A)
    assert (resumed.paused_until, resumed.pause_reason) == (None, None)
    assert resumed.pause_ends_at is None
    backend.sessions.pause(NOBODY, now, "x", now)
    assert not backend.sessions.resume(NOBODY, now, now)
    assert backend.sessions.read(NOBODY) is None


def test_a_pause_that_gives_way_changes_nothing_while_another_lasts(backend: World) -> None:
    now = backend.clock.now()
    backend.sessions.create(A, now)

    def pause(at: datetime) -> str | None:
        backend.sessions.pause(A, now + seconds(900), "by_hand", at, gives_way=True)
        return backend.sessions.read(A).pause_reason

    backend.sessions.pause(A, now + seconds(60), "temporary_ban", now)
    assert pause(now + seconds(59)) == "temporary_ban"
    assert backend.sessions.read(A).paused_until == now + seconds(60)
    assert pause(now + seconds(60)) == "by_hand"
    assert backend.sessions.read(A).paused_until == now + seconds(900)
    assert backend.sessions.resume(A, now + seconds(900), now)
    assert pause(now) == "by_hand"


def test_lines_of_two_organizations_never_meet(backend: World) -> None:
    backend.sessions.create(B, backend.clock.now())
    before = backend.sessions.read(B)
    lease = owned_line(backend, A)
    backend.sessions.record(lease, CONNECTED, backend.clock.now())
    backend.sessions.set_limits(A, Limits(1, 1, 1), backend.clock.now())
    backend.sessions.pause(A, backend.clock.now(), "x", backend.clock.now())
    assert backend.sessions.read(B) == before
    with pytest.raises(LeaseLost):
        backend.sessions.record(replace(lease, organization_id=B), CONNECTED, backend.clock.now())


def test_only_the_owner_notes_the_last_event(backend: World) -> None:
    lease, now = owned_line(backend), backend.clock.now()
    before = backend.sessions.read(A)
    backend.sessions.heard(lease, now)
    assert backend.sessions.read(A) == replace(before, last_event_at=now)
    with pytest.raises(StaleEpoch):
        backend.sessions.heard(replace(lease, epoch=lease.epoch - 1), now + seconds(1))
    for lost in (replace(lease, owner=OTHER_HOST), Lease(NOBODY, HOST, 1)):
        with pytest.raises(LeaseLost):
            backend.sessions.heard(lost, now + seconds(1))
    assert backend.sessions.read(A).last_event_at == now
    assert backend.sessions.read(NOBODY) is None


def test_only_the_owner_publishes_snapshots(backend: World) -> None:
    lease = owned_line(backend)
    backend.sessions.publish(lease, ["1/b", "1/a"])
    assert backend.sessions.read(A).snapshots == ("1/b", "1/a")
    with pytest.raises(StaleEpoch):
        backend.sessions.publish(replace(lease, epoch=lease.epoch - 1), ["0/x"])
    with pytest.raises(LeaseLost):
        backend.sessions.publish(replace(lease, owner=OTHER_HOST), ["1/x"])
    assert backend.sessions.read(A).snapshots == ("1/b", "1/a")
    backend.sessions.publish(lease, [])
    assert backend.sessions.read(A).snapshots == ()


def stopped_with(w: World, *generations: str) -> int:
    """A line that nobody holds and that has these snapshots; its epoch."""
    lease = owned_line(w)
    w.sessions.publish(lease, generations)
    w.sessions.want(A, Wanted.STOPPED, w.clock.now())
    assert let_go(w, lease)
    return lease.epoch


def test_roll_back_names_the_snapshots_and_raises_the_epoch(backend: World) -> None:
    epoch = stopped_with(backend, "1/b", "1/a")
    assert backend.sessions.roll_back(A, epoch, ["1/a", "1/b"], backend.clock.now())
    session = backend.sessions.read(A)
    assert (session.snapshots, session.epoch) == (("1/a", "1/b"), epoch + 1)
    want_running(backend)
    assert backend.sessions.acquire(A, HOST, "q", backend.clock.now()).epoch == epoch + 2


def test_roll_back_is_refused_while_somebody_holds_the_line(backend: World) -> None:
    lease = owned_line(backend)
    backend.sessions.publish(lease, ["1/b", "1/a"])
    assert not backend.sessions.roll_back(A, lease.epoch, ["1/a"], backend.clock.now())
    assert backend.sessions.read(A).snapshots == ("1/b", "1/a")


def test_roll_back_is_refused_under_an_epoch_that_is_over(backend: World) -> None:
    epoch = stopped_with(backend, "1/b", "1/a")
    assert not backend.sessions.roll_back(A, epoch - 1, ["1/a"], backend.clock.now())
    backend.sessions.want(A, Wanted.DELETED, backend.clock.now())
    assert not backend.sessions.roll_back(A, epoch, ["1/a"], backend.clock.now())
    assert not backend.sessions.roll_back(NOBODY, 0, [], backend.clock.now())
