"""Turns: who may answer a burst, and committing the one reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.ids import ConversationId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.outbox import OutboxEntry


@dataclass(frozen=True, slots=True)
class Commit:
    """What a turn leads to, written in one transaction."""

    answered_version: int
    message: Message | None
    entry: OutboxEntry | None
    contact_status: ContactStatus | None
    human_until: datetime | None
    """Set on a hand-off: the agent stays silent until then."""
    hand_off: str | None = None
    """The hand-off's reason code, kept with the conversation until a person releases it."""
    contact: Contact | None = None
    """The contact as read, when the turn changes it."""


class Turns(Protocol):
    """A turn is claimed by a token with an end, so that a dead function does not block it."""

    def claim(self, conversation: Conversation, token: str, now: datetime, until: datetime) -> bool:
        """Take the turn.

        Conditional on: something unanswered, and no other token that has not ended. False
        otherwise.
        """
        ...

    def discard(self, conversation: Conversation, token: str) -> bool:
        """Give up the draft once, because the contact went on writing.

        Conditional on: the token. Clears it and remembers the discard. False when it is
        not the one that holds the turn.
        """
        ...

    def release(self, conversation: Conversation, token: str) -> None:
        """Give the turn back unanswered (the model failed)."""
        ...

    def commit(self, conversation: Conversation, token: str, commit: Commit, now: datetime) -> bool:
        """Write answered_version, and the accepted reply, contact status and takeover with it.

        Conditional on: the token, `next_seq` and `in_version` as in `conversation`, and of the
        contact what the turn changes as in `commit.contact`: a person may have changed it during
        the turn. False when one of them moved: read again.
        """
        ...

    def unanswered(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, ConversationId]]:
        """Conversations waiting since before (index: nominations)."""
        ...
