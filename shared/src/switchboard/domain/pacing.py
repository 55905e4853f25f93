"""How long a person would type: random and length-dependent, never a fixed interval."""

from __future__ import annotations

from datetime import timedelta

SHORTEST_SECONDS = 0.3
SECONDS_PER_CHARACTER = 0.01
LONGEST_SECONDS = 1.5
SPREAD = 0.5


def typing_time(text: str, draw: float) -> timedelta:
    """Typing time for a text; `draw` is uniform in [0, 1) and moves it by +-25 %."""
    steady = min(LONGEST_SECONDS, SHORTEST_SECONDS + SECONDS_PER_CHARACTER * len(text))
    return timedelta(seconds=steady * (1 - SPREAD / 2 + SPREAD * draw))
