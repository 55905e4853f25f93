"""The outbox in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import milliseconds, setting
from switchboard.adapters.dynamodb.connection import done
from switchboard.adapters.dynamodb.messages import (
    PENDING,
    entry_of,
    entry_row,
    message_row,
    pointer_row,
)
from switchboard.adapters.dynamodb.reading import get, nominated, query
from switchboard.adapters.dynamodb.rows import ConversationRow, EntryRow, PointerRow
from switchboard.adapters.dynamodb.threads import conversation_key, last_message
from switchboard.adapters.dynamodb.writing import transact
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.outbox import EntryState, OutboxEntry
from switchboard.domain.session import Lease
from switchboard.ports.outbox import Accepted

_CANCELLABLE = (EntryState.PENDING.value, EntryState.READY.value, EntryState.RETRY.value)


@dataclass(frozen=True, slots=True)
class DynamoOutbox:
    """`Outbox`; entries of an organization are one partition."""

    def accept(
        self, conversation: Conversation, message: Message, entry: OutboxEntry, request_hash: str
    ) -> Accepted | None:
        """Write message, pointers, entry and sequence in one transaction."""
        known = self._known(message, request_hash)
        if known is not None:
            return known

        def build(writes: TransactWrite) -> None:
            put_accepted(writes, message, entry, request_hash)
            row = conversation_key(conversation)
            changes = {"next_seq": conversation.next_seq + 1, **last_message(conversation, message)}
            same = ConversationRow.next_seq == conversation.next_seq
            writes.update(row, setting(ConversationRow, **changes), condition=same)

        if transact(build):
            return Accepted(message.id, duplicate=False)
        return self._known(message, request_hash)

    def load(self, organization_id: OrganizationId) -> Sequence[OutboxEntry]:
        """All entries of an organization."""
        rows = query(EntryRow, keys.outbox(organization_id), consistent=True)
        return [entry_of(row) for row in rows]

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> OutboxEntry | None:
        """One entry."""
        row = get(EntryRow, keys.outbox(organization_id), message_id)
        return entry_of(row) if row is not None else None

    def mark_ready(self, organization_id: OrganizationId, message_id: MessageId) -> bool:
        """PENDING -> READY."""
        row = EntryRow(keys.outbox(organization_id), message_id)
        changes = {"state": EntryState.READY.value, "attention": None, "attention_at": None}
        pending = EntryRow.state == EntryState.PENDING.value
        if done(lambda: row.update(setting(EntryRow, **changes), pending)):
            return True
        return self.read(organization_id, message_id) is not None

    def claim(self, entry: OutboxEntry, lease: Lease, claim_id: str) -> OutboxEntry | None:
        """-> SENDING under the lease's epoch; a lost reply is found by the claim id."""
        claimed = replace(
            entry, state=EntryState.SENDING, claim_epoch=lease.epoch, claim_id=claim_id
        )
        row = _key(entry)
        actions = setting(
            EntryRow,
            state=EntryState.SENDING.value,
            claim_epoch=lease.epoch,
            claim_id=claim_id,
        )
        if done(lambda: row.update(actions, _claimable(lease))):
            return claimed
        stored = self.read(entry.organization_id, entry.message_id)
        return claimed if stored is not None and stored.claim_id == claim_id else None

    def retry(
        self, entry: OutboxEntry, due_at: datetime, *, attempts: int, recoveries: int
    ) -> OutboxEntry | None:
        """Own SENDING -> RETRY."""
        row = _key(entry)
        changes = {
            "state": EntryState.RETRY.value,
            "due_at": due_at,
            "attempts": attempts,
            "recoveries": recoveries,
        }
        mine = (EntryRow.claim_epoch == entry.claim_epoch) & (EntryRow.claim_id == entry.claim_id)
        sending = EntryRow.state == EntryState.SENDING.value
        if not done(lambda: row.update(setting(EntryRow, **changes), mine & sending)):
            stored = self.read(entry.organization_id, entry.message_id)
            return stored if stored is not None and _is_retry_of(stored, entry, due_at) else None
        return replace(
            entry, state=EntryState.RETRY, due_at=due_at, attempts=attempts, recoveries=recoveries
        )

    def remove(self, entry: OutboxEntry) -> bool:
        """Delete a terminal entry, unless a newer owner claimed it."""
        row = _key(entry)
        return done(lambda: row.delete(_same_claim(entry)))

    def cancel(self, organization_id: OrganizationId, message_id: MessageId) -> bool:
        """Delete an unclaimed entry."""
        row = EntryRow(keys.outbox(organization_id), message_id)
        return done(lambda: row.delete(EntryRow.state.is_in(*_CANCELLABLE)))

    def overdue_pending(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, MessageId]]:
        """Entries still PENDING, from the index."""
        found = nominated(PENDING, before, limit)
        return [(keys.organization_of(pk), MessageId(sk)) for pk, sk in found]

    def _known(self, message: Message, request_hash: str) -> Accepted | None:
        """An earlier acceptance of the same id.

        Raises:
            Conflict: with another request.
        """
        pk = keys.organization(message.organization_id)
        pointer = get(PointerRow, pk, keys.by_message_id(message.id))
        if pointer is None:
            return None
        if pointer.request_hash != request_hash:
            raise Conflict("the Idempotency-Key was used with another request")
        return Accepted(message.id, duplicate=True)


def put_accepted(
    writes: TransactWrite, message: Message, entry: OutboxEntry, request_hash: str
) -> None:
    """Add message, pointers and entry to a transaction; the message id must be new."""
    pointer = pointer_row(message, keys.by_message_id(message.id), request_hash)
    writes.save(pointer, condition=PointerRow.pk.does_not_exist())
    writes.save(pointer_row(message, keys.by_wa_hex(entry.wa_hex)))
    writes.save(message_row(message))
    writes.save(entry_row(entry))


def _key(entry: OutboxEntry) -> EntryRow:
    return EntryRow(keys.outbox(entry.organization_id), entry.message_id)


def _claimable(lease: Lease) -> Any:
    state, epoch = EntryRow.state, EntryRow.claim_epoch
    free = state.is_in(EntryState.READY.value, EntryState.RETRY.value)
    not_newer = epoch.does_not_exist() | (epoch <= lease.epoch)
    orphaned = (state == EntryState.SENDING.value) & (epoch < lease.epoch)
    return (free & not_newer) | orphaned


def _same_claim(entry: OutboxEntry) -> Any:
    if entry.claim_epoch is None:
        return EntryRow.claim_epoch.does_not_exist()
    return EntryRow.pk.does_not_exist() | (EntryRow.claim_epoch == entry.claim_epoch)


def _is_retry_of(stored: OutboxEntry, entry: OutboxEntry, due_at: datetime) -> bool:
    same = stored.claim_id == entry.claim_id and milliseconds(stored.due_at) == milliseconds(due_at)
    return same and stored.state is EntryState.RETRY
