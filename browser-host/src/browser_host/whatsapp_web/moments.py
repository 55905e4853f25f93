"""WhatsApp's time stamps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

_MILLISECONDS_FROM = 1e11
"""As seconds this would be the year 5138, as milliseconds it is 1973."""
_EARLIEST_SECONDS = 1e9
"""2001; anything smaller is not a moment."""
_LATEST = 1e14
"""In milliseconds, 5138; what is larger, or no number at all, Python cannot tell as a date."""


def moment(stamp: Any) -> datetime | None:
    """A time stamp in seconds or milliseconds; None for what cannot be one."""
    if not isinstance(stamp, int | float) or not _EARLIEST_SECONDS <= stamp < _LATEST:
        return None
    seconds = stamp / 1000 if stamp >= _MILLISECONDS_FROM else stamp
    return datetime.fromtimestamp(seconds, UTC)
