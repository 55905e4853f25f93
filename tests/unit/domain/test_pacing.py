"""The pace below the limits, and the time by which sends are counted."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.pacing import BURST, SteadyTime, TokenBucket, typing_time

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DRAWS = st.lists(st.floats(0, 1, exclude_max=True), min_size=40, max_size=40)


def sends(draws: list[float], per_minute: int) -> list[float]:
    """When an always backlogged sender's messages go, in seconds."""
    bucket, now, gone = TokenBucket(), 0.0, []
    for draw in draws:
        now += bucket.wait(now).total_seconds()
        bucket.spend(now, draw, per_minute)
        gone.append(now)
    return gone


def test_a_few_go_at_once_and_then_a_person_takes_a_breath() -> None:
    gone = sends([0.5] * 6, per_minute=20)
    assert gone[:BURST] == [0.0] * BURST
    assert gone[BURST] == pytest.approx(2.4)


@given(DRAWS)
def test_the_pace_is_no_slower_than_the_limit_in_the_long_run(draws: list[float]) -> None:
    spent = sum(0.5 + draw for draw in draws)
    assert sends(draws, per_minute=60)[-1] <= spent / 1.25


def test_intervals_are_not_fixed() -> None:
    gone = sends([number * 7 % 10 / 10 for number in range(40)], per_minute=60)
    gaps = [later - earlier for earlier, later in itertools.pairwise(gone)][BURST:]
    assert len({round(gap, 3) for gap in gaps}) > 5
    assert max(gaps) > 2 * min(gaps)


def test_a_raised_limit_quickens_the_pace_and_a_limit_of_zero_is_the_gates() -> None:
    bucket = TokenBucket()
    for _ in range(5):
        bucket.spend(0.0, 0.5, 20)
    slow = bucket.wait(0.0)
    bucket.spend(0.0, 0.5, 2_000)
    assert bucket.wait(0.0) < slow / 50
    bucket.spend(0.0, 0.5, 0)
    assert bucket.wait(0.0) == timedelta()


def test_urgent_sends_leave_a_debt_that_is_bounded() -> None:
    bucket = TokenBucket()
    for _ in range(100):
        bucket.spend(0.0, 0.9, 20)
    assert bucket.wait(0.0) == timedelta(seconds=BURST * 60 / 20 / 1.25)


def test_steady_time_reads_the_wall_once_and_is_only_moved_on() -> None:
    time = SteadyTime.since(NOON, 100.0)
    assert time.at(100.0) == NOON
    assert time.at(107.0) == NOON + timedelta(seconds=7)
    time.forward(timedelta(minutes=1))
    assert time.at(108.0) == NOON + timedelta(seconds=68)


@given(st.text(max_size=500), st.floats(0, 1, exclude_max=True))
def test_typing_takes_longer_for_longer_texts_and_is_never_the_same(text: str, draw: float) -> None:
    assert timedelta(seconds=0.2) < typing_time(text, draw) < timedelta(seconds=1.9)
    assert typing_time(text + "x" * 50, draw) >= typing_time(text, draw)
