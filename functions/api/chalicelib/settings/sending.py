"""What becomes of a message whose sending has an unknown outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, choice
from switchboard.domain.organization import OnUnknown, Settings

FIELDS: dict[str, Schema] = {
    "onUnknown": choice(
        OnUnknown,
        "when nobody can tell whether a message left: `resend` it under the same id, or let it "
        "end `unconfirmed`",
    )
}
SHOWN = FIELDS


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    wanted = given.get("onUnknown")
    return present if wanted is None else replace(present, on_unknown=OnUnknown(wanted))


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    return {"onUnknown": settings.on_unknown.value}
