"""What operators were told about a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import Notice
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ListNotices:
    """The last notice of each kind, newest first.

    Raises:
        NotFound: no such organization.
    """

    sessions: SessionStore
    board: NoticeBoard

    def __call__(self, organization_id: OrganizationId) -> Sequence[Notice]:
        """Read."""
        existing(self.sessions, organization_id)
        return self.board.of(organization_id)
