"""Whether a receiver is worth a try now: one that hangs must not use up everybody's workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_BREAK = timedelta(seconds=5)
LONGEST_BREAK = timedelta(seconds=120)
"""A receiver that is back hears from us within this time."""
SLOW_FROM = timedelta(seconds=2)
"""An answer that takes longer sends what follows through the parked lanes, which have workers of
their own."""
SLOW_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """What the last attempts told; all organizations' receivers have one each."""

    failures: int = 0
    """In a row, of the kind that says something about the receiver."""
    closed_until: datetime | None = None
    slow_until: datetime | None = None

    def closed(self, now: datetime) -> bool:
        """Whether nobody is to try now."""
        return self.closed_until is not None and now < self.closed_until

    def slow(self, now: datetime) -> bool:
        """Whether its answers were slow lately."""
        return self.slow_until is not None and now < self.slow_until

    def after_failure(self, now: datetime) -> Health:
        """Closed for 5 s, then twice as long each time, up to two minutes."""
        pause = min(LONGEST_BREAK, FIRST_BREAK * 2 ** min(self.failures, 10))
        return Health(self.failures + 1, now + pause, self.slow_until)

    def after_answer(self, now: datetime, duration: timedelta) -> Health:
        """Open again; slow for a while when it took its time."""
        if duration < SLOW_FROM:
            return Health()
        return Health(slow_until=now + SLOW_FOR)
