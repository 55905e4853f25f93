"""Notices to operators, the last of each kind an organization."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import Notice, NoticeKind


class NoticeBoard(Protocol):
    """Remembers what was told, so that it is told once; at least once when the teller dies."""

    def post(self, notice: Notice) -> bool:
        """Store a notice in the place of the last one of its kind; the caller has to tell it now.

        Conditional on: no notice of this organization, kind and code within `REPEAT_AFTER` that
        is not settled and was told, or is being told for less than `TELLING`. False when there
        was one.
        """
        ...

    def told(self, notice: Notice) -> None:
        """A posted notice has reached operators; nothing when it is not the last any more."""
        ...

    def untold(self, notice: Notice) -> None:
        """A posted notice did not reach operators: the next one is news at once."""
        ...

    def overdue(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Posted notices that reached nobody and that nobody is telling (nominations)."""
        ...

    def take(self, notice: Notice, now: datetime) -> bool:
        """Tell an overdue notice in its teller's place; it stays as it is.

        Conditional on: it is the last in its place, untold, and nobody is telling it at `now`.
        """
        ...

    def settle(self, organization_id: OrganizationId, kind: NoticeKind) -> None:
        """A person has acted on a kind's last notice: the next one is news, however soon."""
        ...

    def of(self, organization_id: OrganizationId) -> Sequence[Notice]:
        """The last notice of each kind, newest first."""
        ...
