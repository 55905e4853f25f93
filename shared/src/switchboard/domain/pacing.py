"""How a person sends: a few at once, then at random intervals, typing as long as it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.rate_limit import Limits

SHORTEST_SECONDS = 0.3
SECONDS_PER_CHARACTER = 0.01
LONGEST_SECONDS = 1.5
SPREAD = 0.5

BURST = 3
"""Sends that may follow one another at once after a rest."""
FASTER_THAN_LIMIT = 1.25
"""Tokens come back a little faster than the limit lets sends through, so that pacing costs no
throughput: the windows stay the ceiling."""


def typing_time(text: str, draw: float) -> timedelta:
    """Typing time for a text; `draw` is uniform in [0, 1) and moves it by +-25 %."""
    steady = min(LONGEST_SECONDS, SHORTEST_SECONDS + SECONDS_PER_CHARACTER * len(text))
    return timedelta(seconds=steady * (1 - SPREAD / 2 + SPREAD * draw))


@dataclass(slots=True)
class TokenBucket:
    """One organization's pace below its limits, in its owner's memory; a new owner starts full.

    It promises nothing about windows (the gate does): it only spreads what they allow. A send costs
    0.5 to 1.5 tokens at random, so that no interval is fixed. Urgent sends do not wait for tokens,
    they leave a debt.
    """

    tokens: float = BURST - 1
    at: float = 0.0
    per_minute: int = Limits().per_minute

    def wait(self, now: float) -> timedelta:
        """Until a send that is not urgent may go; `now` is in monotonic seconds."""
        self._refill(now)
        if self.tokens >= 0 or not self.per_minute:
            return timedelta()  # a limit of zero is the gate's to refuse
        return timedelta(seconds=-self.tokens / self._per_second())

    def spend(self, now: float, draw: float, per_minute: int) -> None:
        """Take a send's cost at the present limit; `draw` is uniform in [0, 1)."""
        self._refill(now)
        self.tokens = max(-BURST, self.tokens - 0.5 - draw)
        self.per_minute = per_minute

    def _refill(self, now: float) -> None:
        back = max(0.0, now - self.at) * self._per_second()
        self.tokens = min(BURST - 1, self.tokens + back)
        self.at = now

    def _per_second(self) -> float:
        return self.per_minute * FASTER_THAN_LIMIT / 60


@dataclass(slots=True)
class SteadyTime:
    """The time by which sends are counted: read off the wall once, then only carried on.

    A wall clock that is set back or forward must neither stop an organization nor let a window
    hold more than its limit. A clock that was wrong from the start is told by the gate that it is
    behind, and moved on.
    """

    origin: datetime

    @classmethod
    def since(cls, wall: datetime, monotonic: float) -> SteadyTime:
        """The wall's time from now on, in which it may jump."""
        return cls(wall - timedelta(seconds=monotonic))

    def at(self, monotonic: float) -> datetime:
        """Now, as counted since the wall was read."""
        return self.origin + timedelta(seconds=monotonic)

    def forward(self, by: timedelta) -> None:
        """What was counted is ahead of us."""
        self.origin += by


@dataclass(slots=True)
class Pacing:
    """What a line's owner remembers of its sending for as long as it holds the line."""

    time: SteadyTime
    bucket: TokenBucket = field(default_factory=TokenBucket)
    reached: dict[str, datetime] = field(default_factory=dict)
    """When each window's limit was last told to be reached."""
