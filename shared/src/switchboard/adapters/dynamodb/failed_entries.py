"""Failed outbox entries in DynamoDB: a partition of their own, so that the owner loads none."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.messages import (
    entry_attributes,
    entry_of,
    entry_row,
    message_key,
)
from switchboard.adapters.dynamodb.outbox import entry_key, same_entry
from switchboard.adapters.dynamodb.reading import get, page
from switchboard.adapters.dynamodb.rows import ConversationRow, EntryRow, FailedRow, MessageRow
from switchboard.adapters.dynamodb.threads import conversation_key
from switchboard.adapters.dynamodb.writing import new_mark, repeatable, transact
from switchboard.domain.conversation import Conversation
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class DynamoFailedEntries:
    """`FailedEntries`; the sort key is the message's own, so that listings follow time."""

    def keep(self, failed: FailedEntry, message: Message) -> bool:
        """End a message and move its entry here."""
        mark = new_mark()
        ended = setting(MessageRow, status=failed.status.value, error_code=failed.code)
        open_ = MessageRow.status.is_in(MessageStatus.QUEUED.value, failed.status.value)

        def build(writes: TransactWrite) -> None:
            writes.update(message_key(message), ended, condition=open_)
            writes.delete(entry_key(failed.entry), condition=same_entry(failed.entry))
            writes.save(_row(failed, mark))

        return transact(build, lambda: self._carries(message, mark))

    def read(self, message: Message) -> FailedEntry | None:
        """The kept entry of a message."""
        row = _stored(message)
        return None if row is None else _failed_of(row)

    def page(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[FailedEntry]:
        """Kept entries, the last accepted first."""
        pk = keys.failed(organization_id)
        rows, following = page(FailedRow, pk, keys.MESSAGE, cursor, limit, newest_first=True)
        return Page([_failed_of(row) for row in rows], following)

    def redrive(
        self, failed: FailedEntry, message: Message, conversation: Conversation, entry: OutboxEntry
    ) -> bool:
        """Put the entry back into the outbox; the entry takes the mark."""
        mark = new_mark()
        waiting = entry_row(entry)
        waiting.write_id = mark
        queued = setting(MessageRow, status=MessageStatus.QUEUED.value, error_code=None)
        counted = setting(ConversationRow, next_seq=conversation.next_seq + 1)

        def build(writes: TransactWrite) -> None:
            writes.delete(_key(message), condition=FailedRow.pk.exists())
            same_status = MessageRow.status == failed.status.value
            writes.update(message_key(message), queued, condition=same_status)
            same_seq = ConversationRow.next_seq == conversation.next_seq
            writes.update(conversation_key(conversation), counted, condition=same_seq)
            writes.save(waiting, condition=EntryRow.pk.does_not_exist())

        return transact(build, lambda: _waits(entry, mark))

    def forget(self, message: Message) -> None:
        """Delete a kept entry."""
        repeatable(lambda: _key(message).delete())

    @staticmethod
    def _carries(message: Message, mark: str) -> bool:
        stored = _stored(message)
        return stored is not None and stored.write_id == mark


def _key(message: Message) -> FailedRow:
    return FailedRow(keys.failed(message.organization_id), keys.message(message.position))


def _stored(message: Message) -> FailedRow | None:
    return get(FailedRow, keys.failed(message.organization_id), keys.message(message.position))


def _waits(entry: OutboxEntry, mark: str) -> bool:
    stored = get(EntryRow, keys.outbox(entry.organization_id), entry.message_id)
    return stored is not None and stored.write_id == mark


def _row(failed: FailedEntry, mark: str) -> FailedRow:
    entry = failed.entry
    return FailedRow(
        keys.failed(entry.organization_id),
        keys.message(entry.position),
        write_id=mark,
        status=failed.status.value,
        error_code=failed.code,
        ended_at=failed.ended_at,
        **entry_attributes(entry),
    )


def _failed_of(row: FailedRow) -> FailedEntry:
    """The entry's id is the end of its position."""
    message_id = MessageId(row.sk.rpartition("#")[2])
    entry = replace(entry_of(row), message_id=message_id)
    return FailedEntry(entry, MessageStatus(row.status), row.error_code, row.ended_at)
