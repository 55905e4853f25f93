"""When nothing leaves but answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, gives, nullable, takes, text
from switchboard.domain.organization import Settings
from switchboard.domain.quiet_hours import parse_quiet_hours

_PARTS = {
    "start": text("on the clock of the time zone, such as 21:30"),
    "end": text("may lie on the next day, such as 08:00"),
    "timeZone": text("IANA's name, such as Asia/Bishkek"),
}
_NAME = "quietHours"
_ABOUT = (
    "messages over the API, urgent ones too, to a contact who has not written for a day wait until "
    "these hours are over; answers and what an operator writes do not"
)
FIELDS: dict[str, Schema] = {
    _NAME: {
        **takes("QuietHoursChange", optional=_PARTS),
        "description": f"{_ABOUT}; an empty object for none",
    }
}
SHOWN: dict[str, Schema] = {_NAME: nullable({**gives("QuietHours", _PARTS), "description": _ABOUT})}


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    parts = given.get(_NAME)
    if parts is None:
        return present
    if not any(value is not None for value in parts.values()):
        return replace(present, quiet_hours=None)
    start, end, zone = (parts.get(part) for part in _PARTS)
    return replace(present, quiet_hours=parse_quiet_hours(start, end, zone, _NAME))


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    hours = settings.quiet_hours
    if hours is None:
        return {_NAME: None}
    shown = {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}", "timeZone": hours.zone}
    return {_NAME: shown}
