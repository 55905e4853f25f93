"""List lines, for administrators."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.read_session import ReadSession, SessionReport
from switchboard.domain.page import Page
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ListSessions:
    """A page of lines with the state to show.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """

    sessions: SessionStore
    read_session: ReadSession

    def __call__(self, cursor: str | None, limit: int) -> Page[SessionReport]:
        """One page, by organization id within a shard of the directory."""
        page = self.sessions.page(cursor, limit)
        return Page(self.read_session.reports(page.items), page.cursor)
