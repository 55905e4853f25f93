"""When a queue's message that a function could not work off is tried again.

Most such failures pass within seconds, so the first tries follow soon. Each later one waits twice
as long: an outage must neither be hammered nor use up the tries that the queue allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

FIRST = timedelta(seconds=2)
LONGEST = timedelta(seconds=300)
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that goes back to its queue."""

    receipt: str
    receives: int
    """How often it was handed out, this time included: at least 1."""
    group: str | None = None
    """In a queue that keeps an order: the messages that wait for one another."""


def delay(receives: int) -> timedelta:
    """2 s, then twice as long each time, up to five minutes."""
    doublings: int = min(receives - 1, _MOST_DOUBLINGS)
    return min(LONGEST, FIRST * (1 << doublings))


def delays(failed: Sequence[Failed]) -> list[timedelta]:
    """Of each message; those of one group wait alike, so that none overtakes another."""
    most: dict[str, int] = {}
    for one in failed:
        if one.group is not None:
            most[one.group] = max(one.receives, most.get(one.group, 0))
    return [delay(most[one.group] if one.group is not None else one.receives) for one in failed]
