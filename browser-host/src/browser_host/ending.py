"""Why one page of a line came to its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.session import Reason


class Kind(StrEnum):
    """What the line does next; see `line.py`."""

    STOPPED = "stopped"
    RESTARTED = "restarted"
    """A fresh page was asked for."""
    DRAINED = "drained"
    LOGGED_OUT = "logged_out"
    QR_EXPIRED = "qr_expired"
    BROKEN = "broken"
    LOST = "lost"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REFUSED = "refused"
    """The login may be opened by another host only: its browser differs, or its disk has room."""
    TOO_LARGE = "too_large"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Ending:
    """The kind decides; reason and detail are shown."""

    kind: Kind
    reason: Reason
    detail: str | None = None
