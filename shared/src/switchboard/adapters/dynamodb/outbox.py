"""The outbox in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.messages import (
    PENDING,
    entry_of,
    entry_row,
    pointer_row,
    put_message,
)
from switchboard.adapters.dynamodb.reading import each, get, nominated
from switchboard.adapters.dynamodb.rows import (
    ConversationRow,
    EntryRow,
    MessageRow,
    PointerRow,
)
from switchboard.adapters.dynamodb.threads import conversation_key, last_message
from switchboard.adapters.dynamodb.writing import new_mark, repeatable, transact, update
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import MessageId, OrganizationId, wa_hex_for
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
        """Write message, pointer, entry and sequence in one transaction."""
        known = _pointer(message)
        if known is not None:
            return _repeated(known, message, request_hash)
        mark = new_mark()

        def build(writes: TransactWrite) -> None:
            put_accepted(writes, message, entry, request_hash, mark)
            row = conversation_key(conversation)
            changes = {"next_seq": conversation.next_seq + 1, **last_message(conversation, message)}
            same = ConversationRow.next_seq == conversation.next_seq
            writes.update(row, setting(ConversationRow, **changes), condition=same)

        if transact(build, lambda: was_accepted(message, mark)):
            return Accepted(message.id, duplicate=False)
        known = _pointer(message)
        return None if known is None else _repeated(known, message, request_hash)

    def load(self, organization_id: OrganizationId) -> Sequence[OutboxEntry]:
        """All entries of an organization."""
        return [entry_of(row) for row in each(EntryRow, keys.outbox(organization_id))]

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> OutboxEntry | None:
        """One entry."""
        row = get(EntryRow, keys.outbox(organization_id), message_id)
        return entry_of(row) if row is not None else None

    def mark_ready(
        self, organization_id: OrganizationId, message_id: MessageId
    ) -> OutboxEntry | None:
        """PENDING -> READY."""
        row = EntryRow(keys.outbox(organization_id), message_id)
        changes = {"state": EntryState.READY.value, "attention": None, "attention_at": None}
        pending = EntryRow.state == EntryState.PENDING.value
        if repeatable(lambda: row.update(setting(EntryRow, **changes), pending)):
            return entry_of(row)
        return self.read(organization_id, message_id)

    def claim(self, entry: OutboxEntry, lease: Lease, claim_id: str) -> OutboxEntry | None:
        """-> SENDING under the lease's epoch; the claim id is the mark."""
        row = entry_key(entry)
        actions = setting(EntryRow, state=EntryState.SENDING.value, claim_epoch=lease.epoch)
        taken = update(row, actions, _claimable(lease), sign="claim_id", mark=claim_id)
        return entry_of(row) if taken else None

    def retry(
        self, entry: OutboxEntry, due_at: datetime, *, attempts: int, recoveries: int
    ) -> OutboxEntry | None:
        """Own SENDING -> RETRY; the claim stays stored, so that a repetition does no harm."""
        if entry.claim_id is None:
            return None
        row = entry_key(entry)
        actions = setting(
            EntryRow,
            state=EntryState.RETRY.value,
            due_at=due_at,
            attempts=attempts,
            recoveries=recoveries,
        )
        mine = (EntryRow.claim_epoch == entry.claim_epoch) & (EntryRow.claim_id == entry.claim_id)
        return entry_of(row) if repeatable(lambda: row.update(actions, mine)) else None

    def remove(self, entry: OutboxEntry) -> bool:
        """Delete a terminal entry, unless it changed hands; a deleted one is deleted."""
        row = entry_key(entry)
        return repeatable(lambda: row.delete(same_entry(entry)))

    def cancel(self, organization_id: OrganizationId, message_id: MessageId) -> bool:
        """Delete an unclaimed entry; its message takes the mark, which a deleted row cannot."""
        row = get(EntryRow, keys.outbox(organization_id), message_id)
        if row is None or row.state not in _CANCELLABLE or row.recoveries:
            return False
        entry, mark = entry_of(row), new_mark()
        pk = keys.messages(organization_id, entry.conversation_id)
        message = MessageRow(pk, keys.message(entry.position))

        def build(writes: TransactWrite) -> None:
            unclaimed = EntryRow.state.is_in(*_CANCELLABLE) & (EntryRow.recoveries == 0)
            writes.delete(entry_key(entry), condition=unclaimed)
            exists = MessageRow.pk.exists()
            writes.update(message, [MessageRow.write_id.set(mark)], condition=exists)

        return transact(build, lambda: _carries(message, mark))

    def overdue_pending(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, MessageId]]:
        """Entries still PENDING, from the index."""
        found = nominated(PENDING, before, limit)
        return [(keys.organization_of(pk), MessageId(sk)) for pk, sk in found]


def put_accepted(
    writes: TransactWrite, message: Message, entry: OutboxEntry, request_hash: str, mark: str
) -> None:
    """Add message, pointer and entry to a transaction; the message id must be new.

    One pointer serves both ids, since WhatsApp's follows from ours.
    """
    by_hex = keys.by_wa_hex(entry.wa_hex)
    pointer = pointer_row(message, by_hex, mark=mark, request_hash=request_hash)
    writes.save(pointer, condition=PointerRow.pk.does_not_exist())
    put_message(writes, message)
    writes.save(entry_row(entry))


def was_accepted(message: Message, mark: str) -> bool:
    """Whether the transaction with this mark wrote the message."""
    pointer = _pointer(message)
    return pointer is not None and pointer.write_id == mark


def _pointer(message: Message) -> PointerRow | None:
    pk = keys.organization(message.organization_id)
    return get(PointerRow, pk, keys.by_wa_hex(wa_hex_for(message.id)))


def _repeated(known: PointerRow, message: Message, request_hash: str) -> Accepted:
    """An earlier acceptance of the same id.

    Raises:
        Conflict: with another request.
    """
    if known.request_hash != request_hash:
        raise Conflict("the Idempotency-Key was used for another request")
    return Accepted(message.id, duplicate=True)


def _carries(message: MessageRow, mark: str) -> bool:
    stored = get(MessageRow, message.pk, message.sk)
    return stored is not None and stored.write_id == mark


def entry_key(entry: OutboxEntry) -> EntryRow:
    """The row's key, for an update."""
    return EntryRow(keys.outbox(entry.organization_id), entry.message_id)


def _claimable(lease: Lease) -> Any:
    state, epoch = EntryRow.state, EntryRow.claim_epoch
    free = state.is_in(EntryState.READY.value, EntryState.RETRY.value)
    not_newer = epoch.does_not_exist() | (epoch <= lease.epoch)
    orphaned = (state == EntryState.SENDING.value) & (epoch < lease.epoch)
    return (free & not_newer) | orphaned


def same_entry(entry: OutboxEntry) -> Any:
    """The condition that an entry is gone, or the same one under the same claim."""
    claimed = (
        EntryRow.claim_epoch.does_not_exist()
        if entry.claim_epoch is None
        else EntryRow.claim_epoch == entry.claim_epoch
    )
    return EntryRow.pk.does_not_exist() | (claimed & (EntryRow.seq == entry.seq))
