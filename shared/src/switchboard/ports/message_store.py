"""Stored messages of both directions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from switchboard.domain.ids import ConversationId, MessageId, OrganizationId, WaHex
from switchboard.domain.message import Message, MessageStatus, Reaction
from switchboard.domain.page import Page

MOST_READ = 300


class MessageStore(Protocol):
    """Messages are found by their own id, by WhatsApp's id, or by conversation."""

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> Message | None:
        """By our id, through the pointer; consistent."""
        ...

    def find(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """By the id part of WhatsApp's key, through the pointer; consistent."""
        ...

    def find_received(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """What a contact wrote, by the id part of WhatsApp's key; consistent."""
        ...

    def statuses(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> Mapping[WaHex, MessageStatus]:
        """What is known of these own messages, of those that are stored; eventually consistent."""
        ...

    def react(self, message: Message, reactions: Sequence[Reaction]) -> bool:
        """Put these reactions in the place of the message's.

        Conditional on: the stored reactions being those of `message`. False otherwise.
        """
        ...

    def edit(self, message: Message, content: str, at: datetime) -> bool:
        """Change what a message says.

        Conditional on: the message being there, and no edit of that moment or a later one.
        False otherwise.
        """
        ...

    def revoke(self, message: Message, at: datetime) -> bool:
        """Mark a message as taken back; what it said is kept.

        Conditional on: the message being there and not taken back. False otherwise.
        """
        ...

    def advance(
        self,
        message: Message,
        status: MessageStatus,
        at: datetime,
        *,
        error_code: str | None = None,
    ) -> bool:
        """Move a message's status forward and stamp its time; what went out carries no error.

        Conditional on: the stored status being one that `status` may follow. False otherwise.
        """
        ...

    def page(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        cursor: str | None,
        limit: int,
    ) -> Page[Message]:
        """A thread's messages, newest first; see `Contact.thread`.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def recent(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        count: int,
        since: datetime | None = None,
    ) -> Sequence[Message]:
        """The last messages of a thread, oldest first; consistent.

        With `since` also all of that moment and later, as far as the last `MOST_READ` go.
        """
        ...
