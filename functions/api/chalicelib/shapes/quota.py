"""What is left of the limits, in answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.contract.schema import choice, gives, many, moment, nullable, whole
from switchboard.application.read_quota import Quota
from switchboard.domain.moment import iso
from switchboard.domain.rate_limit import LENGTHS, WINDOWS, Usage

QUOTA = many(
    gives(
        "QuotaWindow",
        {
            "window": choice([window.name for window in WINDOWS]),
            "seconds": whole("its length"),
            "limit": whole(),
            "used": whole("sends that any window of that length ending now may hold"),
            "left": whole("0 also when a limit was lowered below what was sent"),
            "reserved": whole("of the limit, kept for urgent messages"),
            "roomAt": nullable(moment("when a normal message may go; null: not at this limit")),
            "urgentRoomAt": nullable(moment("when an urgent one may")),
        },
    )
)


def quota_shape(quota: Quota) -> list[dict[str, Any]]:
    """The windows, the shortest first."""
    return [_window(quota.at, usage) for usage in quota.windows]


def _window(at: datetime, usage: Usage) -> dict[str, Any]:
    open_ = usage.limit > 0
    return {
        "window": usage.window,
        "seconds": round(LENGTHS[usage.window].total_seconds()),
        "limit": usage.limit,
        "used": usage.used,
        "left": usage.remaining,
        "reserved": usage.reserved,
        "roomAt": iso(at + usage.normal_wait) if open_ else None,
        "urgentRoomAt": iso(at + usage.wait) if open_ else None,
    }
