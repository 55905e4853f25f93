"""What a person has to know about a line, once and not at every repetition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import OrganizationId

REPEAT_AFTER = timedelta(hours=1)
"""The same kind and code of notice about one organization is told again only after this."""
TELLING = timedelta(minutes=1)
"""Longer than the topic's tries take: who has not said until then that it told has died."""


class NoticeKind(StrEnum):
    """Why a person is told; `docs/reasons.md` says what to do."""

    SENDING_PAUSED = "sending_paused"
    LINE_FAILED = "line_failed"
    LOGGED_OUT = "logged_out"
    LIMIT_REACHED = "limit_reached"
    """The code names the window: minute, hour or day."""
    HAND_OFF = "hand_off"
    AGENT_FAILING = "agent_failing"


_EACH_CODE_APART = (NoticeKind.LIMIT_REACHED, NoticeKind.HAND_OFF, NoticeKind.AGENT_FAILING)
"""Told once an hour a code, also when codes alternate; a line's state is told when it changes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`code` is a reason code; a notice carries no number, no chat and no message.

    Which chats wait for a person is told by an event each and by the console's badge.
    """

    organization_id: OrganizationId
    kind: NoticeKind
    code: str
    at: datetime

    @property
    def place(self) -> str:
        """Where it stands on the board: each window or reason may be a matter of its own."""
        if self.kind in _EACH_CODE_APART:
            return f"{self.kind.value}#{self.code}"
        return self.kind.value
