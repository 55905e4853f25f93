"""An organization's settings, one module a concern.

A concern is a module of four names: `FIELDS` and `SHOWN`, the schemas of its fields in requests and
answers; `parsed`, which changes the
settings by what a request gives (a checked object; what is absent or null stays); and `shape`, its
part of the answer. A new concern is added to `CONCERNS` and stands in the API and its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.contract.schema import Schema, gives, takes
from chalicelib.settings import agent, inbox, limits, metadata, quiet_hours, sending
from switchboard.domain.organization import Settings
from switchboard.domain.rate_limit import Limits


class Concern(Protocol):
    """What each module here has."""

    FIELDS: dict[str, Schema]
    SHOWN: dict[str, Schema]

    def parsed(self, given: Mapping[str, Any], present: Settings) -> Settings:
        """The settings with this concern's part changed."""
        ...

    def shape(self, settings: Settings) -> dict[str, Any]:
        """This concern's part of the answer."""
        ...


CONCERNS: tuple[Concern, ...] = (agent, inbox, sending, quiet_hours, metadata)

_FIELDS = limits.FIELDS | {name: one for part in CONCERNS for name, one in part.FIELDS.items()}
_SHOWN = limits.SHOWN | {name: one for part in CONCERNS for name, one in part.SHOWN.items()}
SETTINGS_CHANGE = takes("SettingsChange", optional=_FIELDS)
SETTINGS = gives("Settings", _SHOWN)


def parse_settings(given: Mapping[str, Any], present: Settings) -> Settings:
    """The present settings with the given ones changed.

    Raises:
        InvalidInput: naming the field.
    """
    for concern in CONCERNS:
        present = concern.parsed(given, present)
    return present


def settings_shape(present: Limits, settings: Settings) -> dict[str, Any]:
    """All of them, as `SETTINGS` says."""
    shaped = limits.shape(present)
    for concern in CONCERNS:
        shaped |= concern.shape(settings)
    return shaped
