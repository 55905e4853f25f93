"""What is stored of what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, yes_or_no
from switchboard.domain.organization import Settings

FIELDS: dict[str, Schema] = {
    "groups": yes_or_no("whether group messages are stored; they are never answered")
}
SHOWN = FIELDS


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    groups = given.get("groups")
    return present if groups is None else replace(present, groups=groups)


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    return {"groups": settings.groups}
