"""What a person has to know about a line, once and not at every repetition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import OrganizationId

REPEAT_AFTER = timedelta(hours=1)
"""The same kind of notice about one organization is told again only after this."""


class NoticeKind(StrEnum):
    """Why a person is told; `docs/reasons.md` says what to do."""

    SENDING_PAUSED = "sending_paused"
    LINE_FAILED = "line_failed"
    LOGGED_OUT = "logged_out"
    LIMIT_REACHED = "limit_reached"
    """The code names the window: minute, hour or day."""
    HAND_OFF = "hand_off"
    AGENT_FAILING = "agent_failing"


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is a reason code; a notice carries no number and no message."""

    organization_id: OrganizationId
    kind: NoticeKind
    code: str
    at: datetime

    @property
    def place(self) -> str:
        """Where it stands on the board: each window's limit is a matter of its own."""
        if self.kind is NoticeKind.LIMIT_REACHED:
            return f"{self.kind.value}#{self.code}"
        return self.kind.value
