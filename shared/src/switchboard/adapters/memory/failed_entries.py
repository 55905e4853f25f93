"""Failed outbox entries in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace

from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.conversation import Conversation
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class MemoryFailedEntries:
    """`FailedEntries` in memory."""

    table: MemoryTable

    def keep(self, failed: FailedEntry, message: Message) -> bool:
        """End a message and move its entry here."""
        key = (message.organization_id, message.id)
        with self.table.lock:
            stored, entry = self.table.messages.get(key), self.table.entries.get(key)
            if stored is None or stored.status not in (MessageStatus.QUEUED, failed.status):
                return False
            if entry is not None and _identity(entry) != _identity(failed.entry):
                return False
            ended = replace(stored, status=failed.status, error_code=failed.code)
            self.table.messages[key] = ended
            self.table.entries.pop(key, None)
            self.table.failed[key] = failed
            return True

    def read(self, message: Message) -> FailedEntry | None:
        """The kept entry of a message."""
        with self.table.lock:
            return self.table.failed.get((message.organization_id, message.id))

    def page(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[FailedEntry]:
        """Kept entries, the last accepted first."""
        with self.table.lock:
            mine = [
                (failed.entry.position, failed)
                for (owner, _), failed in self.table.failed.items()
                if owner == organization_id
            ]
        newest_first = sorted(mine, key=lambda row: row[0], reverse=True)
        return cut(newest_first, f"failed {organization_id}", cursor, limit)

    def redrive(
        self, failed: FailedEntry, message: Message, conversation: Conversation, entry: OutboxEntry
    ) -> bool:
        """Put the entry back into the outbox."""
        key = (message.organization_id, message.id)
        thread = (conversation.organization_id, conversation.id)
        with self.table.lock:
            stored, counted = self.table.messages.get(key), self.table.conversations.get(thread)
            if key not in self.table.failed or stored is None or stored.status != failed.status:
                return False
            if counted is None or counted.next_seq != conversation.next_seq:
                return False
            del self.table.failed[key]
            waiting = replace(stored, status=MessageStatus.QUEUED, error_code=None)
            self.table.messages[key] = waiting
            self.table.entries[key] = entry
            self.table.conversations[thread] = replace(counted, next_seq=counted.next_seq + 1)
            return True

    def forget(self, message: Message) -> None:
        """Delete a kept entry."""
        with self.table.lock:
            self.table.failed.pop((message.organization_id, message.id), None)


def _identity(entry: OutboxEntry) -> tuple[int, int | None]:
    return entry.seq, entry.claim_epoch
