"""A message on a dead-letter queue: what could not be done, and as far as is known why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Letter:
    """As it was taken from its queue; `receipt` gives it back or drops it."""

    id: str
    receipt: str
    body: str
    """May hold what a contact wrote: it is sent back, never shown."""
    group: str | None
    """Its FIFO group, None on a standard queue."""
    at: datetime
    """When it came to the dead-letter queue."""

    @property
    def code(self) -> str | None:
        """The reason code, None when SQS gave up after its last delivery."""
        return _text(self._fields().get("error_code"))

    @property
    def reason(self) -> str | None:
        """A sentence without personal data."""
        return _text(self._fields().get("error_message"))

    @property
    def organization_id(self) -> str | None:
        """Whose it is, as far as the body says."""
        return _text(self._original().get("organization_id"))

    @property
    def message_id(self) -> str | None:
        """The message that failed, None when the letter is about something else."""
        return _text(self._original().get("message_id"))

    @property
    def is_failed_message(self) -> bool:
        """A host's note about a message that it could not send; the message is in the table."""
        return self.code is not None and "body" not in self._fields() and bool(self.message_id)

    @property
    def original(self) -> str:
        """What its consumer was given."""
        inner = self._fields().get("body")
        return inner if isinstance(inner, str) and self.code is not None else self.body

    def _fields(self) -> dict[str, Any]:
        return _object(self.body)

    def _original(self) -> dict[str, Any]:
        return _object(self.original)


def _object(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
