"""How much may be sent; kept with the line, where each grant reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, gives, takes, whole
from switchboard.domain.rate_limit import MAX_LIMIT, Limits

_NAMES = {"perMinute": "per_minute", "perHour": "per_hour", "perDay": "per_day"}
_LIMIT = whole(
    "messages in any window of that length; 0 stops sending", lowest=0, highest=MAX_LIMIT
)

FIELDS: dict[str, Schema] = {
    "limits": takes("LimitsChange", optional=dict.fromkeys(_NAMES, _LIMIT))
}
SHOWN: dict[str, Schema] = {"limits": gives("Limits", dict.fromkeys(_NAMES, _LIMIT))}


def parse_limits(given: Mapping[str, Any], present: Limits) -> Limits:
    """The present limits with the given ones changed."""
    wanted = given.get("limits") or {}
    changes = {_NAMES[name]: value for name, value in wanted.items() if value is not None}
    return replace(present, **changes)


def shape(limits: Limits) -> dict[str, Any]:
    """In the answer."""
    return {"limits": {name: getattr(limits, own) for name, own in _NAMES.items()}}
