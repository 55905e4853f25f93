"""Commands: what the API asks of a line's page, and what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import OrganizationId

COMMAND_LIFETIME = timedelta(hours=1)
COMMAND_PATIENCE = timedelta(seconds=8)
"""How long the API waits for a host before it answers 504."""


class CommandKind(StrEnum):
    """What a page can be asked for."""

    LOGOUT = "logout"
    PAIRING_CODE = "pairing_code"
    SEEN = "seen"
    TYPING = "typing"
    NOT_TYPING = "not_typing"
    LOOK_UP = "look_up"
    SCREENSHOT = "screenshot"


@dataclass(frozen=True, slots=True)
class Command:
    """One request; `result` or `error_code` is set once by the owner."""

    id: str
    organization_id: OrganizationId
    kind: CommandKind
    argument: str
    created_at: datetime
    epoch: int
    """The owner's when it was asked: no other owner carries the command out."""
    result: str | None = None
    error_code: str | None = None

    def of(self, epoch: int) -> bool:
        """Whether the owner with this epoch was asked."""
        return self.epoch == epoch

    @property
    def done(self) -> bool:
        """Whether the owner answered."""
        return self.result is not None or self.error_code is not None
