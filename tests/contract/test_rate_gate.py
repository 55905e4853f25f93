"""`RateGate`: token, fence and pause in one write."""

from dataclasses import replace
from datetime import datetime

import pytest
from tests.support.builders import HOST, NOBODY, OTHER_HOST, A, B, owned_line, seconds
from tests.support.world import World

from switchboard.domain.errors import LeaseLost, StaleEpoch
from switchboard.domain.rate_limit import GUARD_MS, Limits
from switchboard.domain.session import Lease, Reason, SessionStatus, Wanted
from switchboard.ports.rate_gate import Granted, Refused

PLENTY = 10_000


def limited(w: World, per_minute: int, per_hour: int = PLENTY, per_day: int = PLENTY) -> Lease:
    lease = owned_line(w)
    w.sessions.set_limits(A, Limits(per_minute, per_hour, per_day), w.clock.now())
    return lease


def grant(w: World, lease: Lease, *, urgent: bool = True) -> Granted | Refused:
    return w.gate.grant(lease, w.clock.now(), urgent=urgent)


def granted(w: World, lease: Lease, count: int) -> None:
    for _ in range(count):
        assert isinstance(grant(w, lease), Granted)


def used(w: World, organization: str = A) -> list[int]:
    return [window.used for window in w.gate.usage(organization, w.clock.now())]


def test_grant_takes_a_token_in_all_three_windows(backend: World) -> None:
    lease = limited(backend, 5)
    granted(backend, lease, 2)
    assert used(backend) == [2, 2, 2]
    minute, hour, day = backend.gate.usage(A, backend.clock.now())
    assert (minute.window, minute.limit, minute.remaining) == ("minute", 5, 3)
    assert (hour.window, day.window) == ("hour", "day")
    several = backend.gate.usages([A, NOBODY], backend.clock.now())
    assert several == {A: (minute, hour, day)}


def test_every_grant_has_an_id_of_its_own(backend: World) -> None:
    lease = limited(backend, 5)
    assert grant(backend, lease).grant_id != grant(backend, lease).grant_id


@pytest.mark.parametrize(
    ("limits", "window"),
    [((2, PLENTY, PLENTY), "minute"), ((PLENTY, 2, PLENTY), "hour"), ((PLENTY, PLENTY, 2), "day")],
)
def test_grant_is_refused_by_the_full_window_until_it_has_room(
    backend: World, limits: tuple[int, int, int], window: str
) -> None:
    lease = limited(backend, *limits)
    granted(backend, lease, 2)
    refused = grant(backend, lease)
    assert isinstance(refused, Refused)
    assert (refused.window, refused.paused) == (window, False)
    assert used(backend) == [2, 2, 2]
    before = backend.gate.grant(lease, refused.until - seconds(0.001), urgent=True)
    assert isinstance(before, Refused)
    assert isinstance(backend.gate.grant(lease, refused.until, urgent=True), Granted)


def test_no_window_ever_holds_more_than_its_limit(backend: World) -> None:
    lease = limited(backend, 3)
    at: list[datetime] = []
    for _ in range(60):
        answer = grant(backend, lease)
        if isinstance(answer, Granted):
            at.append(backend.clock.now())
        backend.advance(seconds=4)
    guarded = seconds(60) + seconds(GUARD_MS / 1000)
    assert all(sum(one <= other < one + guarded for other in at) <= 3 for one in at)
    assert len(at) >= 9


def test_a_tenth_of_the_limit_is_kept_for_urgent_messages(backend: World) -> None:
    lease = limited(backend, 10)
    for _ in range(9):
        assert isinstance(grant(backend, lease, urgent=False), Granted)
    assert isinstance(grant(backend, lease, urgent=False), Refused)
    assert isinstance(grant(backend, lease, urgent=True), Granted)
    assert isinstance(grant(backend, lease, urgent=True), Refused)


def test_a_pause_refuses_every_grant_after_it(backend: World) -> None:
    lease = limited(backend, 10)
    granted(backend, lease, 1)
    until = backend.clock.now() + seconds(60)
    backend.sessions.pause(A, until, "temporary_ban", backend.clock.now())
    assert grant(backend, lease) == Refused(until, paused=True)
    assert used(backend) == [1, 1, 1]
    assert backend.sessions.resume(A, until, backend.clock.now())
    granted(backend, lease, 1)


def test_a_refusal_is_told_without_taking_a_token(backend: World) -> None:
    lease = limited(backend, 10)

    def refusal(*, urgent: bool = True) -> Refused | None:
        return backend.gate.refusal(lease, backend.clock.now(), urgent=urgent)

    assert refusal() is None
    granted(backend, lease, 9)
    assert refusal() is None
    assert refusal(urgent=False) == grant(backend, lease, urgent=False)
    assert used(backend) == [9, 9, 9]
    until = backend.clock.now() + seconds(60)
    backend.sessions.pause(A, until, "temporary_ban", backend.clock.now())
    assert refusal() == Refused(until, paused=True)
    assert backend.sessions.resume(A, until, backend.clock.now())
    granted(backend, lease, 1)
    assert refusal() == grant(backend, lease)


def test_a_refusal_is_told_to_the_owner_only(backend: World) -> None:
    lease = limited(backend, 10)
    old, now = replace(lease, epoch=lease.epoch - 1), backend.clock.now()
    with pytest.raises(StaleEpoch):
        backend.gate.refusal(old, now, urgent=True)


def test_a_pause_ends_by_itself(backend: World) -> None:
    lease = limited(backend, 10)
    backend.sessions.pause(A, backend.clock.now() + seconds(60), "x", backend.clock.now())
    backend.advance(seconds=61)
    granted(backend, lease, 1)


def test_limits_act_live_and_what_was_sent_still_counts(backend: World) -> None:
    lease = limited(backend, 2)
    granted(backend, lease, 2)
    assert isinstance(grant(backend, lease), Refused)
    backend.sessions.set_limits(A, Limits(3, PLENTY, PLENTY), backend.clock.now())
    granted(backend, lease, 1)
    backend.sessions.set_limits(A, Limits(1, PLENTY, PLENTY), backend.clock.now())
    assert isinstance(grant(backend, lease), Refused)
    assert backend.gate.usage(A, backend.clock.now())[0].remaining == 0


def test_limits_lowered_between_grants_hold_for_the_next_one(backend: World) -> None:
    lease = limited(backend, 10)
    granted(backend, lease, 2)
    backend.sessions.set_limits(A, Limits(2, PLENTY, PLENTY), backend.clock.now())
    assert isinstance(grant(backend, lease), Refused)


def test_a_limit_of_zero_stops_sending(backend: World) -> None:
    lease = limited(backend, 0)
    refused = grant(backend, lease)
    assert isinstance(refused, Refused)
    assert refused.until > backend.clock.now()


def test_grant_to_another_owner_or_an_unowned_line_is_lease_lost(backend: World) -> None:
    lease = limited(backend, 10)
    granted(backend, lease, 1)
    with pytest.raises(LeaseLost):
        grant(backend, replace(lease, owner=OTHER_HOST))
    now = backend.clock.now()
    backend.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, now)
    for lost in (lease, Lease(NOBODY, HOST, 1)):
        with pytest.raises(LeaseLost):
            grant(backend, lost)
    assert used(backend) == [1, 1, 1]


def test_grant_under_an_old_epoch_is_stale(backend: World) -> None:
    old = limited(backend, 10)
    granted(backend, old, 1)
    now = backend.clock.now()
    backend.sessions.release(old, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
    new = owned_line(backend)
    with pytest.raises(StaleEpoch):
        grant(backend, old)
    granted(backend, new, 1)
    with pytest.raises(StaleEpoch):
        grant(backend, old)


def test_the_next_owner_inherits_what_was_sent(backend: World) -> None:
    lease = limited(backend, 2)
    granted(backend, lease, 2)
    now = backend.clock.now()
    backend.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
    assert isinstance(grant(backend, owned_line(backend, A, OTHER_HOST)), Refused)


def test_what_is_wanted_and_recorded_does_not_disturb_grants(backend: World) -> None:
    lease = limited(backend, 10)
    granted(backend, lease, 1)
    backend.sessions.want(A, Wanted.STOPPED, backend.clock.now())
    granted(backend, lease, 1)


def test_grants_of_two_organizations_never_meet(backend: World) -> None:
    lease = limited(backend, 1)
    other = owned_line(backend, B)
    granted(backend, lease, 1)
    assert used(backend, B) == [0, 0, 0]
    granted(backend, other, 2)
    assert used(backend, A) == [1, 1, 1]
    assert isinstance(grant(backend, lease), Refused)


def test_a_late_send_is_charged_over_a_limit_and_in_a_pause(backend: World) -> None:
    lease = limited(backend, 2)
    granted(backend, lease, 2)
    now = backend.clock.now()
    backend.sessions.pause(A, now + seconds(600), "temporary_ban", now)
    backend.gate.charge(lease, now)
    assert used(backend) == [3, 3, 3]
    assert backend.sessions.resume(A, now + seconds(600), now)
    backend.advance(seconds=30)
    backend.gate.charge(lease, backend.clock.now())
    backend.advance(seconds=40)
    assert used(backend)[0] == 1, "it counts from when it was charged"
    granted(backend, lease, 1)
    assert isinstance(grant(backend, lease), Refused)


def test_what_was_charged_is_inherited_and_no_former_owner_charges(backend: World) -> None:
    lease = limited(backend, 1)
    backend.gate.charge(lease, backend.clock.now())
    now = backend.clock.now()
    backend.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
    with pytest.raises(LeaseLost):
        backend.gate.charge(lease, now)
    new = owned_line(backend)
    with pytest.raises(StaleEpoch):
        backend.gate.charge(lease, now)
    assert used(backend) == [1, 1, 1]
    assert isinstance(grant(backend, new), Refused)


def test_a_charge_never_counts_earlier_than_a_grant_before_it(backend: World) -> None:
    lease = limited(backend, 9)
    granted(backend, lease, 1)
    backend.gate.charge(lease, backend.clock.now() - seconds(3_600))
    backend.advance(seconds=50)
    assert used(backend)[0] == 2


def test_a_clock_that_was_set_back_is_told_so_and_counts_nothing_too_early(backend: World) -> None:
    lease = limited(backend, 3)
    granted(backend, lease, 2)
    behind = backend.clock.now() - seconds(3_600)
    told = backend.gate.grant(lease, behind, urgent=True)
    assert isinstance(told, Refused)
    assert seconds(3_590) < told.behind <= seconds(3_600)
    assert isinstance(backend.gate.grant(lease, behind + told.behind, urgent=True), Granted)
    assert isinstance(grant(backend, lease), Refused)


def test_a_host_a_little_behind_counts_no_earlier_than_the_one_before(backend: World) -> None:
    lease = limited(backend, 2)
    granted(backend, lease, 1)
    backend.gate.grant(lease, backend.clock.now() - seconds(1.5), urgent=True)
    backend.advance(seconds=63)
    assert isinstance(grant(backend, lease), Refused)
    assert used(backend)[0] == 2


def test_no_wait_is_longer_than_its_window_bucket_and_guard(backend: World) -> None:
    lease = limited(backend, 1)
    granted(backend, lease, 1)
    now = backend.clock.now() - seconds(86_400)
    for window in backend.gate.usage(A, now):
        assert window.wait <= seconds(68)


def test_usage_tells_what_is_reserved_and_who_waits(backend: World) -> None:
    lease = limited(backend, 20)
    granted(backend, lease, 18)
    minute, *_ = backend.gate.usage(A, backend.clock.now())
    assert (minute.limit, minute.reserved, minute.remaining) == (20, 2, 2)
    assert minute.wait == seconds(0)
    assert minute.normal_wait > seconds(60)


def test_a_grant_tells_the_present_limit(backend: World) -> None:
    lease = limited(backend, 7)
    assert grant(backend, lease).per_minute == 7
    backend.sessions.set_limits(A, Limits(9, PLENTY, PLENTY), backend.clock.now())
    granted(backend, lease, 1)
    assert grant(backend, lease).per_minute == 9
