"""Conversations of one person become one, within the transaction that merges the contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.rows import ConversationRow
from switchboard.adapters.dynamodb.threads import (
    as_read,
    conversation_key,
    joined_changes,
    left_changes,
    new_row,
)
from switchboard.domain.conversation import Conversation
from switchboard.domain.merge import joined, left


@dataclass(frozen=True, slots=True)
class Merge:
    """The conversation that goes on, and those that end, each as read (None: there is none)."""

    winner: Conversation
    losers: Sequence[tuple[Conversation | None, Conversation]]

    def write(self, writes: TransactWrite) -> None:
        """Add it to a transaction; each conversation must still count as it did.

        One that was never written in is put as ended, so that nobody opens it any more.
        """
        for stored, empty in self.losers:
            if stored is None:
                gone = ConversationRow.pk.does_not_exist()
                writes.save(new_row(replace(empty, merged=True)), condition=gone)
            else:
                actions = setting(ConversationRow, **left_changes(left(stored)))
                writes.update(conversation_key(stored), actions, condition=as_read(stored))
        ending = [stored for stored, _ in self.losers if stored is not None]
        after = reduce(joined, ending, self.winner)
        if after != self.winner:
            unread = ConversationRow.unread.set(ConversationRow.unread + _unread(ending))
            actions = [*setting(ConversationRow, **joined_changes(self.winner, after)), unread]
            key = conversation_key(self.winner)
            writes.update(key, actions, condition=as_read(self.winner))


def _unread(conversations: Sequence[Conversation]) -> int:
    return sum(one.unread for one in conversations)
