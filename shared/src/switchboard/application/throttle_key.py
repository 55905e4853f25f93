"""Hold an API key to so many requests a minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.domain.errors import Throttled
from switchboard.ports.clock import Clock
from switchboard.ports.request_counter import RequestCounter

WINDOW = timedelta(minutes=1)
TAKEN_AT_ONCE = 50
"""One write for so many requests of a function: a read stays as fast as it was."""
MOST_SHARES = 1_000
"""Kept before those of earlier minutes are forgotten."""


@dataclass(slots=True)
class _Share:
    """What this function may still let through in a window."""

    window_start: datetime
    left: int = 0


@dataclass(frozen=True, slots=True)
class ThrottleKey:
    """At most `limit` a minute over all functions together; a burst may span two minutes.

    What a function has taken and not used is lost with the minute, so that a key whose requests
    reach many functions can be held to somewhat fewer.
    """

    counter: RequestCounter
    clock: Clock
    limit: int
    shares: dict[str, _Share] = field(default_factory=dict)

    def __call__(self, key_id: str) -> None:
        """Let one request through.

        Raises:
            Throttled: this minute's are used up; it says when the next begins.
        """
        now = self.clock.now()
        start = now - timedelta(seconds=now.second, microseconds=now.microsecond)
        share = self.shares.get(key_id)
        if share is None or share.window_start != start:
            self._forget(start)
            share = self.shares[key_id] = _Share(start, self._taken(key_id, start))
        elif share.left == 0:
            share.left = self._taken(key_id, start)
        if share.left <= 0:
            share.left = -1  # used up: no more writes for this minute
            raise Throttled("too many requests with this key", start + WINDOW - now)
        share.left -= 1

    def _forget(self, start: datetime) -> None:
        """A warm function lives for hours and meets many keys: earlier minutes' shares go."""
        if len(self.shares) < MOST_SHARES:
            return
        for key_id in [one for one, share in self.shares.items() if share.window_start != start]:
            del self.shares[key_id]

    def _taken(self, key_id: str, start: datetime) -> int:
        """How many of the next ones are within the limit."""
        total = self.counter.add(key_id, start, TAKEN_AT_ONCE)
        return min(TAKEN_AT_ONCE, self.limit - (total - TAKEN_AT_ONCE))
