"""A page of a listing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page[Item]:
    """Items in order, and an opaque cursor for the next page (None: this was the last)."""

    items: Sequence[Item]
    cursor: str | None = None
