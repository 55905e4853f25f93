"""The bucketed sliding window: never more than N sends in ANY window of 60 s, 1 h or 24 h.

Sends are counted in sub-buckets (3 s, 60 s, 900 s). A sub-bucket that can overlap the window
`(now - W - GUARD, now]` counts whole, so the count is never too low; the state is independent
of N. The guard covers clock skew between hosts (two times 1 s) and the time from a grant to the
wire: without it, hand-overs between skewed hosts let 40 of 20 through in a simulation, with 5 s
none.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from datetime import timedelta

from switchboard.domain.errors import InvalidInput

GUARD_MS = 5_000
CLOCK_SKEW = timedelta(seconds=1)
"""By how much a host's clock may be wrong."""
RESERVED_SHARE = 10
"""One tenth of each limit is kept for urgent messages: a full normal backlog must not make an
urgent one wait (p95 of 2 s instead of minutes in the design's simulation)."""

SKEW_MS = 2_000
"""Two hosts' clocks may differ by this; further behind what was counted, a clock has jumped."""

MAX_LIMIT = 100_000
_BUCKET = struct.Struct(">BQI")  # window index, bucket number, count


@dataclass(frozen=True, slots=True)
class Window:
    """One promise: at most its limit in any `length_ms`, counted in buckets of `bucket_ms`."""

    name: str
    length_ms: int
    bucket_ms: int


WINDOWS = (
    Window("minute", 60_000, 3_000),
    Window("hour", 3_600_000, 60_000),
    Window("day", 86_400_000, 900_000),
)

LENGTHS = {window.name: timedelta(milliseconds=window.length_ms) for window in WINDOWS}


@dataclass(frozen=True, slots=True)
class Limits:
    """Sends allowed an organization; the defaults are the requirement's. Zero stops sending."""

    per_minute: int = 20
    per_hour: int = 200
    per_day: int = 1_000

    def __post_init__(self) -> None:
        for name in ("per_minute", "per_hour", "per_day"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_LIMIT:
                raise InvalidInput(name, f"must be a whole number from 0 to {MAX_LIMIT}")

    def of(self, window: Window, *, urgent: bool) -> int:
        """The limit of a window; what is not urgent leaves the reserve free."""
        limit: int = getattr(self, f"per_{window.name}")
        return limit if urgent else limit - limit // RESERVED_SHARE


@dataclass(frozen=True, slots=True)
class Counts:
    """Sends by (window index, bucket number); packs into a few hundred bytes."""

    buckets: tuple[tuple[int, int, int], ...] = ()  # (window index, bucket number, count)

    def newest_ms(self) -> int:
        """The latest moment that is known to have passed, 0 when nothing was counted."""
        starts = (number * WINDOWS[index].bucket_ms for index, number, _ in self.buckets)
        return max(starts, default=0)

    def plus_one(self, now_ms: int) -> Counts:
        """Count a send now and forget the buckets that no window can reach.

        A send is never counted earlier than one before it: a clock that is behind must not make
        its sends look older, and so gone sooner, than they are.
        """
        now_ms = max(now_ms, self.newest_ms())
        table = {(index, number): count for index, number, count in self.buckets}
        for index, window in enumerate(WINDOWS):
            key = (index, now_ms // window.bucket_ms)
            table[key] = table.get(key, 0) + 1
        return Counts(
            tuple(
                (index, number, count)
                for (index, number), count in sorted(table.items())
                if _reaches(WINDOWS[index], number, now_ms)
            )
        )

    def pack(self) -> bytes:
        """Encode for one binary attribute, 13 bytes a bucket."""
        return b"".join(_BUCKET.pack(*bucket) for bucket in self.buckets)

    @classmethod
    def unpack(cls, raw: bytes | None) -> Counts:
        """Decode what `pack` wrote; nothing stored means nothing sent."""
        return cls(tuple((i, n, c) for i, n, c in _BUCKET.iter_unpack(raw or b"")))


@dataclass(frozen=True, slots=True)
class Usage:
    """What is left of one window."""

    window: str
    limit: int
    used: int
    wait: timedelta
    """Until an urgent send has room; zero: now. The whole window when the limit is zero."""
    reserved: int = 0
    """Of the limit, what is kept for urgent sends."""
    normal_wait: timedelta = timedelta()
    """Until any other send has room."""

    @property
    def remaining(self) -> int:
        """Never below zero, even when a limit was lowered under what was sent."""
        return max(0, self.limit - self.used)


def usage(limits: Limits, counts: Counts, now_ms: int, *, urgent: bool) -> tuple[Usage, ...]:
    """The state of every window at `now_ms`."""
    return tuple(
        _usage(index, window, limits.of(window, urgent=urgent), counts, now_ms)
        for index, window in enumerate(WINDOWS)
    )


def quota(limits: Limits, counts: Counts, now_ms: int) -> tuple[Usage, ...]:
    """The state of every window for readers: the whole limit, and how long each kind waits."""
    whole = usage(limits, counts, now_ms, urgent=True)
    normal = usage(limits, counts, now_ms, urgent=False)
    return tuple(
        replace(one, reserved=one.limit - other.limit, normal_wait=other.wait)
        for one, other in zip(whole, normal, strict=True)
    )


def retry_after(limits: Limits, counts: Counts, now_ms: int, *, urgent: bool) -> timedelta:
    """Zero when a send is allowed now, else how long until every window allows one."""
    return max(entry.wait for entry in usage(limits, counts, now_ms, urgent=urgent))


def _usage(index: int, window: Window, limit: int, counts: Counts, now_ms: int) -> Usage:
    live = [(n, c) for i, n, c in counts.buckets if i == index and _reaches(window, n, now_ms)]
    used = sum(count for _, count in live)
    return Usage(window.name, limit, used, _wait(window, limit, used, live, now_ms))


def _wait(
    window: Window, limit: int, used: int, live: list[tuple[int, int]], now_ms: int
) -> timedelta:
    if used < limit:
        return timedelta()
    if limit == 0:
        return timedelta(milliseconds=window.length_ms)
    excess = used - limit + 1
    for number, count in sorted(live):
        excess -= count
        if excess <= 0:
            end = (number + 1) * window.bucket_ms + window.length_ms + GUARD_MS
            longest = window.length_ms + window.bucket_ms + GUARD_MS
            return timedelta(milliseconds=min(longest, max(1, end - now_ms)))
    return timedelta(milliseconds=window.length_ms)


def _reaches(window: Window, number: int, now_ms: int) -> bool:
    """Whether any instant of the bucket lies in `(now - W - GUARD, ...]`."""
    return (number + 1) * window.bucket_ms > now_ms - window.length_ms - GUARD_MS
