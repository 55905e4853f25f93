"""The session-start queue: lines that wait for a host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from switchboard.domain.ids import OrganizationId


@dataclass(frozen=True, slots=True)
class Announcement:
    """One line on offer."""

    organization_id: OrganizationId
    receipt: str


class SessionStarts(Protocol):
    """Functions and observers announce, hosts with free capacity take."""

    def announce(self, organization_id: OrganizationId) -> None:
        """Offer a line to whichever host has room.

        Raises:
            DependencyUnavailable: not announced; the sweeper will.
        """
        ...

    def take(self, wait: timedelta) -> Announcement | None:
        """Take one announcement, waiting at most `wait`; unfinished it comes back.

        Raises:
            DependencyUnavailable: ask again later.
        """
        ...

    def leave(self, announcement: Announcement) -> None:
        """Let another host have it at once.

        Raises:
            DependencyUnavailable: it comes back later, by itself.
        """
        ...

    def done(self, announcement: Announcement) -> None:
        """The line has an owner, or wants none: delete the announcement.

        Raises:
            DependencyUnavailable: it is offered again later.
        """
        ...
