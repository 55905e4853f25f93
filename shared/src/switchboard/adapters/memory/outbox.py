"""The outbox in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.outgoing import after, put_accepted
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.outbox import EntryState, OutboxEntry
from switchboard.domain.session import Lease
from switchboard.ports.outbox import Accepted

_UNCLAIMED = frozenset({EntryState.PENDING, EntryState.READY, EntryState.RETRY})


@dataclass(frozen=True, slots=True)
class MemoryOutbox:
    """`Outbox` in memory."""

    table: MemoryTable

    def accept(
        self, conversation: Conversation, message: Message, entry: OutboxEntry, request_hash: str
    ) -> Accepted | None:
        """Write message, pointers and entry, and count the sequence up."""
        with self.table.lock:
            known = self.table.request_hashes.get((message.organization_id, message.id))
            if known is not None:
                return _repeated(message.id, same=known == request_hash)
            key = (conversation.organization_id, conversation.id)
            stored = self.table.conversations.get(key)
            if stored is None or stored.next_seq != conversation.next_seq:
                return None
            put_accepted(self.table, message, entry, request_hash)
            counted = replace(stored, next_seq=stored.next_seq + 1)
            self.table.conversations[key] = after(counted, message)
            return Accepted(message.id, duplicate=False)

    def load(self, organization_id: OrganizationId) -> Sequence[OutboxEntry]:
        """All entries of an organization."""
        with self.table.lock:
            return [
                entry
                for (owner, _), entry in self.table.entries.items()
                if owner == organization_id
            ]

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> OutboxEntry | None:
        """One entry."""
        with self.table.lock:
            return self.table.entries.get((organization_id, message_id))

    def mark_ready(
        self, organization_id: OrganizationId, message_id: MessageId
    ) -> OutboxEntry | None:
        """PENDING -> READY; what is past it stays where it is."""
        with self.table.lock:
            entry = self.read(organization_id, message_id)
            if entry is not None and entry.state is EntryState.PENDING:
                self._put(replace(entry, state=EntryState.READY))
            return self.read(organization_id, message_id)

    def claim(self, entry: OutboxEntry, lease: Lease, claim_id: str) -> OutboxEntry | None:
        """-> SENDING under the lease's epoch."""
        with self.table.lock:
            stored = self.read(entry.organization_id, entry.message_id)
            if stored is None or not _claimable(stored, lease.epoch):
                return None
            state, epoch = EntryState.SENDING, lease.epoch
            return self._put(replace(stored, state=state, claim_epoch=epoch, claim_id=claim_id))

    def retry(
        self, entry: OutboxEntry, due_at: datetime, *, attempts: int, recoveries: int
    ) -> OutboxEntry | None:
        """Own SENDING -> RETRY."""
        with self.table.lock:
            stored = self.read(entry.organization_id, entry.message_id)
            if stored is None or stored.claim_id is None or _claim(stored) != _claim(entry):
                return None
            waiting = replace(stored, state=EntryState.RETRY, due_at=due_at)
            return self._put(replace(waiting, attempts=attempts, recoveries=recoveries))

    def remove(self, entry: OutboxEntry) -> bool:
        """Delete a terminal entry; one that is gone already is as good as deleted."""
        with self.table.lock:
            stored = self.read(entry.organization_id, entry.message_id)
            if stored is not None and _identity(stored) != _identity(entry):
                return False
            self.table.entries.pop((entry.organization_id, entry.message_id), None)
            return True

    def cancel(self, organization_id: OrganizationId, message_id: MessageId) -> bool:
        """Delete an unclaimed entry."""
        with self.table.lock:
            stored = self.read(organization_id, message_id)
            if stored is None or stored.state not in _UNCLAIMED or stored.recoveries:
                return False
            del self.table.entries[organization_id, message_id]
            return True

    def overdue_pending(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, MessageId]]:
        """Entries still PENDING, the oldest first."""
        with self.table.lock:
            overdue = sorted(
                (entry.accepted_at, *key)
                for key, entry in self.table.entries.items()
                if entry.state is EntryState.PENDING and entry.accepted_at < before
            )
        return [(organization_id, message_id) for _, organization_id, message_id in overdue[:limit]]

    def _put(self, entry: OutboxEntry) -> OutboxEntry:
        self.table.entries[entry.organization_id, entry.message_id] = entry
        return entry


def _repeated(message_id: MessageId, *, same: bool) -> Accepted:
    if not same:
        raise Conflict("the Idempotency-Key was used for another request")
    return Accepted(message_id, duplicate=True)


def _claimable(stored: OutboxEntry, epoch: int) -> bool:
    if stored.state is EntryState.SENDING:
        return stored.claim_epoch is not None and stored.claim_epoch < epoch
    waits = stored.state in (EntryState.READY, EntryState.RETRY)
    return waits and (stored.claim_epoch is None or stored.claim_epoch <= epoch)


def _identity(entry: OutboxEntry) -> tuple[int, int | None]:
    return entry.seq, entry.claim_epoch


def _claim(entry: OutboxEntry) -> tuple[int | None, str | None]:
    return entry.claim_epoch, entry.claim_id
