"""The environment, read once at the start: every invalid key is named, then the process ends."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from switchboard.domain.errors import Configuration

_WHOLE = re.compile(r"[0-9]{1,9}")
_URL = re.compile(r"https?://[^\s/]+/\S+")


@dataclass(slots=True)
class Environment:
    """Collects problems while values are taken; `check` raises them all together."""

    values: Mapping[str, str] = field(default_factory=lambda: os.environ)
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty."""
        value = self.values.get(key, "").strip() or default
        if value is None:
            self.problems[key] = "is required"
            return ""
        return value

    def whole(self, key: str, default: int, lowest: int, highest: int) -> int:
        """A whole number within bounds."""
        raw = self.values.get(key, "").strip()
        if not raw:
            return default
        number = int(raw) if _WHOLE.fullmatch(raw) else None
        if number is None or not lowest <= number <= highest:
            self.problems[key] = f"must be a whole number from {lowest} to {highest}"
            return default
        return number

    def url(self, key: str) -> str:
        """An address that a client can be pointed at."""
        value = self.text(key)
        if key not in self.problems and not _URL.fullmatch(value):
            self.problems[key] = "must be a URL"
        return value

    def option[E: StrEnum](self, key: str, options: type[E], default: E) -> E:
        """A member of an enumeration, by its value."""
        word = self.values.get(key, "").strip() or default.value
        try:
            return options(word)
        except ValueError:
            self.problems[key] = f"must be one of {', '.join(options)}"
            return default

    def switch(self, key: str, *, default: bool) -> bool:
        """`on` or `off`."""
        word = self.values.get(key, "").strip()
        if word not in ("", "on", "off"):
            self.problems[key] = "must be one of on, off"
        return word == "on" if word in ("on", "off") else default

    def check(self) -> None:
        """End here when anything was wrong.

        Raises:
            Configuration: naming every invalid key.
        """
        if self.problems:
            raise Configuration(self.problems)
