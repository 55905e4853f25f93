"""The outbox: accepted messages until they are sent, and the conditions that keep them single."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from switchboard.domain.conversation import Conversation
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.session import Lease


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting led to."""

    message_id: MessageId
    duplicate: bool
    """The same request was accepted before; nothing was written now."""


class Outbox(Protocol):
    """Every write states its condition; a refused one returns None or False."""

    def accept(
        self, conversation: Conversation, message: Message, entry: OutboxEntry, request_hash: str
    ) -> Accepted | None:
        """Write message, pointers and PENDING entry in one transaction, and count `next_seq` up.

        Conditional on: the message id being new, and `next_seq` being the conversation's as read.
        None when the sequence moved: read the conversation again.

        Raises:
            Conflict: the id exists with another request hash (a reused Idempotency-Key).
        """
        ...

    def load(self, organization_id: OrganizationId) -> Sequence[OutboxEntry]:
        """All entries of an organization, read consistently."""
        ...

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> OutboxEntry | None:
        """One entry, read consistently; None when it is terminal or never was."""
        ...

    def mark_ready(
        self, organization_id: OrganizationId, message_id: MessageId
    ) -> OutboxEntry | None:
        """PENDING -> READY; the entry, also when it was past PENDING already, None when it is gone.

        Conditional on: state PENDING.
        """
        ...

    def claim(self, entry: OutboxEntry, lease: Lease, claim_id: str) -> OutboxEntry | None:
        """-> SENDING under the lease's epoch.

        Conditional on: READY or RETRY with claim_epoch absent or <= epoch, or SENDING with a
        claim_epoch < epoch (its claimer is fenced). None when refused.
        """
        ...

    def retry(
        self, entry: OutboxEntry, due_at: datetime, *, attempts: int, recoveries: int
    ) -> OutboxEntry | None:
        """Own SENDING -> RETRY, due then, with these counts stored.

        Conditional on: the entry's claim_epoch and claim_id still stored. None when refused.
        """
        ...

    def remove(self, entry: OutboxEntry) -> bool:
        """Delete a terminal entry.

        Conditional on: seq and claim_epoch are the entry's. False when a newer owner claimed it,
        or a person redrove it.
        """
        ...

    def cancel(self, organization_id: OrganizationId, message_id: MessageId) -> bool:
        """Delete an unclaimed entry.

        Conditional on: PENDING, READY or RETRY, and never recovered. False when it is being sent,
        may have left with an earlier page, or is gone.
        """
        ...

    def overdue_pending(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, MessageId]]:
        """Entries still PENDING that were accepted before (index: nominations)."""
        ...
