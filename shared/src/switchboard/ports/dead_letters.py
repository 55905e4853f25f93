"""Dead letters: what could not be done, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class DeadLetters(Protocol):
    """Where a person finds what could not be done, with the reason."""

    def record(self, body: Mapping[str, object], code: str, message: str) -> None:
        """Keep a body together with an error code and a sentence without personal data."""
        ...
