"""Outbox entries that ended without being sent, or perhaps sent: listed and redriven."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.conversation import Conversation
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.page import Page


class FailedEntries(Protocol):
    """Every write is one transaction, so that an entry is in the outbox or here, never in both."""

    def keep(self, failed: FailedEntry, message: Message) -> bool:
        """End a message with the entry's status and reason, and move its entry here.

        Conditional on: the message being QUEUED or carrying that status, and the entry being the
        one that failed, under its claim. False otherwise.
        """
        ...

    def read(self, message: Message) -> FailedEntry | None:
        """The kept entry of a message, read consistently."""
        ...

    def page(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[FailedEntry]:
        """Kept entries, the last accepted first.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def redrive(
        self, failed: FailedEntry, message: Message, conversation: Conversation, entry: OutboxEntry
    ) -> bool:
        """Put `entry` into the outbox in place of the kept one; the message is QUEUED again.

        Conditional on: the kept entry being there, the message carrying its status, and
        `next_seq` being the conversation's as read. False otherwise: read again.
        """
        ...

    def forget(self, message: Message) -> None:
        """Delete a kept entry: the message went out after all. Nothing happens without one."""
        ...
