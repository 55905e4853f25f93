"""The bucketed sliding window, for any sequence of times."""

from bisect import bisect_right
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.errors import InvalidInput
from switchboard.domain.rate_limit import (
    GUARD_MS,
    MAX_LIMIT,
    WINDOWS,
    Counts,
    Limits,
    retry_after,
    usage,
)

START_MS = 1_700_000_000_000
GAPS = st.one_of(
    st.integers(0, 5_000),
    st.integers(0, 90_000),
    st.integers(0, 4_000_000),
    st.integers(0, 90_000_000),
)
LIMITS = st.builds(Limits, st.integers(1, 6), st.integers(1, 12), st.integers(1, 20))


def run(limits: Limits, gaps: list[int], *, urgent: bool = True) -> list[int]:
    """Ask after each gap; the moments that were granted."""
    counts, now, granted = Counts(), START_MS, []
    for gap in gaps:
        now += gap
        if not retry_after(limits, counts, now, urgent=urgent):
            counts = counts.plus_one(now)
            granted.append(now)
    return granted


def most_in_any(granted: list[int], length_ms: int) -> int:
    """The most moments in any half-open span of that length."""
    return max(
        (
            bisect_right(granted, start + length_ms - 1) - index
            for index, start in enumerate(granted)
        ),
        default=0,
    )


@settings(max_examples=300, deadline=None)
@given(LIMITS, st.lists(GAPS, max_size=150))
def test_no_window_of_any_position_holds_more_than_its_limit(
    limits: Limits, gaps: list[int]
) -> None:
    granted = run(limits, gaps)
    for window in WINDOWS:
        allowed = limits.of(window, urgent=True)
        assert most_in_any(granted, window.length_ms + GUARD_MS) <= allowed


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 25), st.lists(st.integers(0, 1_500), min_size=50, max_size=200))
def test_what_is_not_urgent_leaves_the_reserve_free(limit: int, gaps: list[int]) -> None:
    limits = Limits(limit, MAX_LIMIT, MAX_LIMIT)
    granted = run(limits, gaps, urgent=False)
    assert most_in_any(granted, WINDOWS[0].length_ms) <= limit - limit // 10


@settings(max_examples=300, deadline=None)
@given(limits=LIMITS, gaps=st.lists(GAPS, max_size=80), urgent=st.booleans())
def test_waiting_as_long_as_said_is_enough_and_no_less_is(
    *, limits: Limits, gaps: list[int], urgent: bool
) -> None:
    counts, now = Counts(), START_MS
    for gap in gaps:
        now += gap
        wait = retry_after(limits, counts, now, urgent=urgent)
        if wait:
            later = now + round(wait / timedelta(milliseconds=1))
            assert not retry_after(limits, counts, later, urgent=urgent)
            assert retry_after(limits, counts, later - 1, urgent=urgent)
        else:
            counts = counts.plus_one(now)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 20),
    st.lists(
        st.tuples(st.integers(0, 4_000), st.integers(-1_000, 1_000)), min_size=20, max_size=150
    ),
)
def test_hand_overs_between_clocks_a_second_apart_keep_the_limit(
    limit: int, asks: list[tuple[int, int]]
) -> None:
    limits = Limits(limit, MAX_LIMIT, MAX_LIMIT)
    counts, real, granted = Counts(), START_MS, []
    for gap, skew in asks:
        real += gap
        if not retry_after(limits, counts, real + skew, urgent=True):
            counts = counts.plus_one(real + skew)
            granted.append(real)
    assert most_in_any(granted, WINDOWS[0].length_ms) <= limit


def test_a_saturated_sender_gets_its_whole_limit_a_day() -> None:
    limits, counts, now, sent = Limits(), Counts(), START_MS // 900_000 * 900_000, 0
    end = now + WINDOWS[2].length_ms
    while now < end:
        wait = retry_after(limits, counts, now, urgent=True)
        if wait:
            now += round(wait / timedelta(milliseconds=1))
        else:
            counts, sent = counts.plus_one(now), sent + 1
    assert sent == 1_000


@given(LIMITS, st.lists(GAPS, max_size=60))
def test_counts_survive_packing(limits: Limits, gaps: list[int]) -> None:
    counts, now = Counts(), START_MS
    for gap in gaps:
        now += gap
        counts = counts.plus_one(now)
    packed = counts.pack()
    assert Counts.unpack(packed) == counts
    assert len(packed) <= 13 * sum(w.length_ms // w.bucket_ms + 8 for w in WINDOWS)


def test_nothing_stored_means_nothing_sent() -> None:
    assert Counts.unpack(None) == Counts.unpack(b"") == Counts()


def test_usage_shows_each_window_and_never_less_than_nothing() -> None:
    counts = Counts().plus_one(START_MS).plus_one(START_MS)
    minute, hour, day = usage(Limits(1, 3, 4), counts, START_MS, urgent=True)
    assert [window.used for window in (minute, hour, day)] == [2, 2, 2]
    assert [window.remaining for window in (minute, hour, day)] == [0, 1, 2]
    assert minute.wait > timedelta()
    assert not hour.wait


def test_a_limit_of_zero_never_grants() -> None:
    assert run(Limits(0, 1, 1), [0, 60_000, 90_000_000]) == []


@pytest.mark.parametrize("field", ["per_minute", "per_hour", "per_day"])
@pytest.mark.parametrize("value", [-1, MAX_LIMIT + 1, 1.5, "20", None, True])
def test_a_limit_that_is_no_limit_names_its_field(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        Limits(**{field: value})
    assert refused.value.field == field
