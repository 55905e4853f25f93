"""Store what a request changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.settings import parse_settings
from chalicelib.settings.limits import parse_limits
from chalicelib.wiring import api
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import Settings
from switchboard.domain.rate_limit import Limits


def change_settings(
    name: OrganizationId, given: Mapping[str, Any], limits: Limits, settings: Settings
) -> tuple[Limits, Settings]:
    """Write what differs from the present values, after all of it was parsed; returns the new ones.

    Raises:
        InvalidInput: naming the field.
        NotFound: no such organization.
    """
    new_limits, new_settings = parse_limits(given, limits), parse_settings(given, settings)
    if new_limits != limits:
        api().change_limits(name, new_limits)
    if new_settings != settings:
        api().change_settings(name, new_settings)
    return new_limits, new_settings
