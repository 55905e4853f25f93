"""Messages in DynamoDB."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.messages import message_key, message_of, packed_reactions
from switchboard.adapters.dynamodb.reading import backwards, get, get_all, newest
from switchboard.adapters.dynamodb.rows import MessageRow, PointerRow, ReceivedRow
from switchboard.adapters.dynamodb.texts import content_attributes, further_rows
from switchboard.adapters.dynamodb.writing import new_mark, transact, update
from switchboard.domain.ids import ConversationId, MessageId, OrganizationId, WaHex, wa_hex_for
from switchboard.domain.message import (
    Message,
    MessageStatus,
    Reaction,
    first_position,
    moves_forward,
    status_changes,
)
from switchboard.domain.page import Page
from switchboard.ports.message_store import MOST_READ

_AT_ONCE = 30
"""Rows of a read: most bursts with what came before them."""


@dataclass(frozen=True, slots=True)
class DynamoMessageStore:
    """`MessageStore`; ids lead to a message through pointers."""

    def read(self, organization_id: OrganizationId, message_id: MessageId) -> Message | None:
        """By our id: what we send is found under the id that it has at WhatsApp."""
        sent = self._follow(organization_id, keys.by_wa_hex(wa_hex_for(message_id)))
        return sent or self._follow(organization_id, keys.by_message_id(message_id))

    def find(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """By the id part of WhatsApp's key."""
        return self._follow(organization_id, keys.by_wa_hex(wa_hex))

    def find_received(self, organization_id: OrganizationId, wa_hex: WaHex) -> Message | None:
        """What a contact wrote: the de-duplication item knows its message."""
        received = get(ReceivedRow, keys.organization(organization_id), keys.received(wa_hex))
        if received is None:
            return None
        return self._follow(organization_id, keys.by_message_id(MessageId(received.message_id)))

    def statuses(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> Mapping[WaHex, MessageStatus]:
        """What is known of these own messages: pointers first, then what they lead to."""
        pk = keys.organization(organization_id)
        wanted = [(pk, keys.by_wa_hex(wa_hex)) for wa_hex in wa_hexes]
        pointers = get_all(PointerRow, wanted, consistent=False)
        led_to = {_target(organization_id, pointer) for pointer in pointers}
        rows = get_all(MessageRow, led_to, consistent=False)
        return {WaHex(row.wa_hex): MessageStatus(row.status) for row in rows if row.wa_hex}

    def react(self, message: Message, reactions: Sequence[Reaction]) -> bool:
        """Compare and swap."""
        actions = setting(MessageRow, reactions=packed_reactions(reactions))
        stored = packed_reactions(message.reactions)
        column = MessageRow.reactions
        same = column.does_not_exist() if stored is None else column == stored
        return update(message_key(message), actions, MessageRow.id.exists() & same)

    def edit(self, message: Message, content: str, at: datetime) -> bool:
        """Body and its further parts in one transaction."""
        changed, mark = replace(message, content=content), new_mark()
        body = {"packed_content": None, "parts": 0, **content_attributes(content)}
        edited = MessageRow.edited_at
        newer = MessageRow.id.exists() & (edited.does_not_exist() | (edited < at))

        def build(writes: TransactWrite) -> None:
            actions = setting(MessageRow, edited_at=at, write_id=mark, **body)
            writes.update(message_key(changed), actions, condition=newer)
            for part in further_rows(changed):
                writes.save(part)

        def mine() -> bool:
            key = message_key(message)
            row = get(MessageRow, key.pk, key.sk)
            return row is not None and row.write_id == mark

        return transact(build, mine)

    def revoke(self, message: Message, at: datetime) -> bool:
        """Mark once."""
        first = MessageRow.id.exists() & MessageRow.revoked_at.does_not_exist()
        return update(message_key(message), setting(MessageRow, revoked_at=at), first)

    def advance(
        self,
        message: Message,
        status: MessageStatus,
        at: datetime,
        *,
        error_code: str | None = None,
    ) -> bool:
        """Move the stored status forward and stamp its time."""
        before = [old.value for old in MessageStatus if moves_forward(old, status)]
        if not before:
            return False
        changes = status_changes(status, at, error_code)
        actions = setting(MessageRow, status=status.value, **changes)
        return update(message_key(message), actions, MessageRow.status.is_in(*before))

    def page(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        cursor: str | None,
        limit: int,
    ) -> Page[Message]:
        """A thread's messages, newest first."""
        partitions = [keys.messages(organization_id, conversation) for conversation in thread]
        rows, following = newest(MessageRow, partitions, keys.MESSAGE, cursor, limit)
        return Page([message_of(row) for row in rows], following)

    def recent(
        self,
        organization_id: OrganizationId,
        thread: Sequence[ConversationId],
        count: int,
        since: datetime | None = None,
    ) -> Sequence[Message]:
        """The last messages of a thread, oldest first."""
        start = None if since is None else keys.message(first_position(since))
        rows = [
            row
            for conversation in thread
            for row in _last(keys.messages(organization_id, conversation), count, start)
        ]
        rows.sort(key=lambda row: row.sk)
        if start is not None:
            later = sum(row.sk >= start for row in rows)
            count = max(count, min(later, MOST_READ))
        return [message_of(row) for row in rows[-count:]]

    def _follow(self, organization_id: OrganizationId, sk: str) -> Message | None:
        pointer = get(PointerRow, keys.organization(organization_id), sk)
        if pointer is None:
            return None
        row = get(MessageRow, *_target(organization_id, pointer))
        return message_of(row) if row is not None else None


def _target(organization_id: OrganizationId, pointer: PointerRow) -> tuple[str, str]:
    """Partition and sort key of the message that a pointer leads to."""
    conversation = ConversationId(pointer.conversation_id)
    return keys.messages(organization_id, conversation), keys.message(pointer.position)


def _last(pk: str, count: int, start: str | None) -> list[MessageRow]:
    """The newest of one conversation, as `recent` wants them of the whole thread."""
    found: list[MessageRow] = []
    for row in backwards(MessageRow, pk, keys.MESSAGE, max(count, _AT_ONCE)):
        wanted = len(found) < count or (start is not None and row.sk >= start)
        if not wanted or len(found) == MOST_READ:
            break
        found.append(row)
    return found
