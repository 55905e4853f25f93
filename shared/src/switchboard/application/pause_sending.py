"""Pause and resume an organization's sending by hand; the queue is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.existing import existing
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import NoticeKind
from switchboard.ports.clock import Clock
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps

UNTIL_RESUMED = timedelta(days=3650)
"""No pause ends by itself: a person looks first."""
BY_OPERATOR = "paused_by_operator"


@dataclass(frozen=True, slots=True)
class PauseSending:
    """Every grant after the write is refused; a ban's pause keeps its reason and its end.

    Raises:
        NotFound: no such line.
    """

    sessions: SessionStore
    clock: Clock

    def __call__(self, organization_id: OrganizationId, reason: str = BY_OPERATOR) -> None:
        """Pause."""
        now = self.clock.now()
        existing(self.sessions, organization_id)
        self.sessions.pause(organization_id, now + UNTIL_RESUMED, reason, now, gives_way=True)


@dataclass(frozen=True, slots=True)
class ResumeSending:
    """The queue drains within the limits; another pause is news to the operators.

    Raises:
        NotFound: no such line.
        Conflict: another pause began meanwhile, which nobody has looked at.
    """

    sessions: SessionStore
    notices: NoticeBoard
    wake_ups: WakeUps
    clock: Clock

    def __call__(self, organization_id: OrganizationId) -> None:
        """Resume, and wake the owner."""
        session = existing(self.sessions, organization_id)
        self.notices.settle(organization_id, NoticeKind.SENDING_PAUSED)
        until, resume = session.paused_until, self.sessions.resume
        if until is not None and not resume(organization_id, until, self.clock.now()):
            raise Conflict("another pause began meanwhile")
        if session.owner_queue_url is not None:
            self.wake_ups.wake(session.owner_queue_url, organization_id)
