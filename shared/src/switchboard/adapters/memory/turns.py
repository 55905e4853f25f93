"""Turns in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.outgoing import after, put_accepted
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.addresses import later
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.ids import ConversationId, OrganizationId
from switchboard.ports.turns import Commit


@dataclass(frozen=True, slots=True)
class MemoryTurns:
    """`Turns` over the conversations of `MemoryInbox`."""

    table: MemoryTable

    def claim(self, conversation: Conversation, token: str, now: datetime, until: datetime) -> bool:
        """Take the turn, unless nothing waits or another token holds it."""
        with self.table.lock:
            stored = self._read(conversation)
            if stored is None or not stored.unanswered or _held(stored, token, now):
                return False
            self._put(replace(stored, answer_token=token, answer_until=until))
            return True

    def discard(self, conversation: Conversation, token: str) -> bool:
        """Give up the draft and remember that it happened."""
        with self.table.lock:
            stored = self._read(conversation)
            if stored is None or stored.answer_token != token:
                return False
            self._put(replace(_free(stored), discarded=True))
            return True

    def release(self, conversation: Conversation, token: str) -> None:
        """Give the turn back unanswered."""
        with self.table.lock:
            stored = self._read(conversation)
            if stored is not None and stored.answer_token == token:
                self._put(_free(stored))

    def commit(self, conversation: Conversation, token: str, commit: Commit, now: datetime) -> bool:
        """Write the answered version and all that the turn led to."""
        with self.table.lock:
            stored = self._read(conversation)
            if stored is None or stored.answer_token != token or _moved(stored, conversation):
                return False
            if commit.contact is not None and self._contact_moved(commit.contact, commit):
                return False
            answered = _answered(_free(stored), commit, now)
            if commit.message is not None and commit.entry is not None:
                if (stored.organization_id, commit.message.id) in self.table.request_hashes:
                    return False
                put_accepted(self.table, commit.message, commit.entry, "")
                answered = after(answered, commit.message)
                answered = replace(answered, next_seq=answered.next_seq + 1)
            self._put(answered)
            if commit.contact is not None:
                self._tell_contact(commit.contact, commit)
            return True

    def unanswered(
        self, before: datetime, limit: int
    ) -> Sequence[tuple[OrganizationId, ConversationId]]:
        """Conversations that wait, the longest waiting first."""
        with self.table.lock:
            waiting = sorted(
                (conversation.first_pending_at, *key)
                for key, conversation in self.table.conversations.items()
                if conversation.unanswered
                and conversation.first_pending_at is not None
                and conversation.first_pending_at < before
            )
        return [(organization_id, number) for _, organization_id, number in waiting[:limit]]

    def _contact_moved(self, read: Contact, commit: Commit) -> bool:
        """Whether somebody else changed what the turn changes."""
        stored = self.table.contacts[read.organization_id, read.id]
        status = commit.contact_status is not None and stored.status is not read.status
        until = commit.human_until is not None and stored.human_until != read.human_until
        return status or until

    def _tell_contact(self, contact: Contact, commit: Commit) -> None:
        key = (contact.organization_id, contact.id)
        stored = self.table.contacts[key]
        self.table.contacts[key] = replace(
            stored,
            status=commit.contact_status or stored.status,
            human_until=later(stored.human_until, commit.human_until),
        )

    def _read(self, conversation: Conversation) -> Conversation | None:
        return self.table.conversations.get((conversation.organization_id, conversation.id))

    def _put(self, conversation: Conversation) -> None:
        self.table.conversations[conversation.organization_id, conversation.id] = conversation


def _held(stored: Conversation, token: str, now: datetime) -> bool:
    """Whether another token has the turn and has not ended."""
    if stored.answer_token in (None, token):
        return False
    return stored.answer_until is not None and stored.answer_until > now


def _moved(stored: Conversation, read: Conversation) -> bool:
    return (stored.next_seq, stored.in_version) != (read.next_seq, read.in_version)


def _free(conversation: Conversation) -> Conversation:
    return replace(conversation, answer_token=None, answer_until=None)


def _answered(conversation: Conversation, commit: Commit, now: datetime) -> Conversation:
    """What came in after the claimed version is a new burst, counted from now."""
    rest = conversation.in_version > commit.answered_version
    if commit.human_until is not None:
        conversation = replace(
            conversation, needs_human=True, hand_off_reason=commit.hand_off, handed_off_at=now
        )
    return replace(
        conversation,
        answered_version=commit.answered_version,
        first_pending_at=now if rest else None,
        discarded=False,
        moved=conversation.moved_after(commit.answered_version),
    )
