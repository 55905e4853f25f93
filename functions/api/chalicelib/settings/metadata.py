"""What an integrator notes with a line; every event carries it, as WAHA's do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, words
from switchboard.domain.organization import Settings

FIELDS: dict[str, Schema] = {
    "metadata": words("told with every event; replaces what was there", most=20, longest=500)
}
SHOWN: dict[str, Schema] = {"metadata": words("as it was given")}


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    metadata = given.get("metadata")
    return present if metadata is None else replace(present, metadata=metadata)


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    return {"metadata": dict(settings.metadata)}
