"""What one step of a delivery did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Step(StrEnum):
    """What one step did."""

    SENT = "sent"
    SETTLED = "settled"
    RETRY = "retry"
    WAIT = "wait"
    LINE_DOWN = "line_down"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True)
class Progress:
    """The step, and when the next one makes sense (None: when woken)."""

    step: Step
    wake_at: datetime | None = None
