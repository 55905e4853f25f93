"""Turns in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.contacts import contact_key
from switchboard.adapters.dynamodb.outbox import put_accepted
from switchboard.adapters.dynamodb.reading import get, nominated
from switchboard.adapters.dynamodb.rows import ContactRow, ConversationRow
from switchboard.adapters.dynamodb.threads import (
    UNANSWERED,
    conversation_key,
    handed_off,
    last_message,
    packed_moved,
    settled,
    waiting,
)
from switchboard.adapters.dynamodb.writing import new_mark, transact, update
from switchboard.domain.addresses import later
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.ids import ConversationId, OrganizationId
from switchboard.ports.turns import Commit


@dataclass(frozen=True, slots=True)
class DynamoTurns:
    """`Turns` on conversation items."""

    def claim(self, conversation: Conversation, token: str, now: datetime, until: datetime) -> bool:
        """Take the turn; the token is the mark."""
        row = conversation_key(conversation)
        held = ConversationRow.answer_token
        free = held.does_not_exist() | (held == token) | (ConversationRow.answer_until <= now)
        unanswered = ConversationRow.in_version > ConversationRow.answered_version
        actions = setting(ConversationRow, answer_until=until)
        return update(row, actions, unanswered & free, sign="answer_token", mark=token)

    def discard(self, conversation: Conversation, token: str) -> bool:
        """Give up the draft and remember that it happened."""
        return self._free(conversation, token, discarded=True)

    def release(self, conversation: Conversation, token: str) -> None:
        """Give the turn back unanswered."""
        self._free(conversation, token)

    def commit(self, conversation: Conversation, token: str, commit: Commit, now: datetime) -> bool:
        """Write the answered version and all that the turn led to."""
        mark = new_mark()
        changes = _answered(conversation, commit, now) | {"committed_by": mark}

        def build(writes: TransactWrite) -> None:
            mine = (
                (ConversationRow.answer_token == token)
                & (ConversationRow.next_seq == conversation.next_seq)
                & (ConversationRow.in_version == conversation.in_version)
            )
            row = conversation_key(conversation)
            writes.update(row, setting(ConversationRow, **changes), condition=mine)
            if commit.message is not None and commit.entry is not None:
                put_accepted(writes, commit.message, commit.entry, "", mark)
            if commit.contact is not None:
                _change_contact(writes, commit.contact, commit)

        return transact(build, lambda: self._committed_by(conversation) == mark)

    def unanswered(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, ConversationId]]:
        """Conversations that wait, from the index."""
        return [
            (keys.organization_of(pk), ConversationId(sk.removeprefix(keys.CONVERSATION)))
            for pk, sk in nominated(UNANSWERED, before, limit)
        ]

    def _free(self, conversation: Conversation, token: str, **more: Any) -> bool:
        row = conversation_key(conversation)
        actions = setting(ConversationRow, answer_token=None, answer_until=None, **more)
        return update(row, actions, ConversationRow.answer_token == token)

    def _committed_by(self, conversation: Conversation) -> str | None:
        pk = keys.organization(conversation.organization_id)
        row = get(ConversationRow, pk, keys.conversation(conversation.id))
        return row.committed_by if row is not None else None


def _answered(conversation: Conversation, commit: Commit, now: datetime) -> dict[str, Any]:
    """The conversation after the turn; what came meanwhile starts a new burst."""
    more = conversation.in_version > commit.answered_version
    changes: dict[str, Any] = {
        "answered_version": commit.answered_version,
        "answer_token": None,
        "answer_until": None,
        "discarded": False,
        "moved": packed_moved(conversation.moved_after(commit.answered_version)),
        **(waiting(conversation.organization_id, now) if more else settled()),
    }
    if commit.message is not None:
        changes["next_seq"] = conversation.next_seq + 1
        changes |= last_message(conversation, commit.message)
    if commit.human_until is not None:
        changes |= handed_off(commit.hand_off, now)
    return changes


def _change_contact(writes: TransactWrite, contact: Contact, commit: Commit) -> None:
    changes: dict[str, Any] = {}
    same = ContactRow.pk.exists() & ContactRow.merged_into.does_not_exist()
    if commit.contact_status is not None:
        changes["status"] = commit.contact_status.value
        same &= ContactRow.status == contact.status.value
    if commit.human_until is not None:
        changes["human_until"] = later(contact.human_until, commit.human_until)
        until = ContactRow.human_until
        free = contact.human_until is None
        same &= until.does_not_exist() if free else until == contact.human_until
    if changes:
        writes.update(contact_key(contact), setting(ContactRow, **changes), condition=same)
