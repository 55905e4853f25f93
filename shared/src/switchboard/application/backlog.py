"""A line's outbox in its owner's memory, and what the owner must remember beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from switchboard.domain.ids import ConversationId, MessageId
from switchboard.domain.outbox import EntryState, OutboxEntry


@dataclass(slots=True)
class Backlog:
    """What is in memory is only a copy; every write decides on what is stored."""

    entries: dict[MessageId, OutboxEntry] = field(default_factory=dict)
    heard: dict[ConversationId, int] = field(default_factory=dict)
    """Up to which sequence number each conversation's entries are here, or have ended."""
    claims: int = 0
    """How many sends were begun."""
    counted: set[str] = field(default_factory=set)
    """Claims that the gate has counted no earlier than they left: noting them may take several
    tries, and must not be charged for at each."""

    @property
    def unsettled(self) -> bool:
        """Whether a claim's end is not known yet."""
        return any(entry.state is EntryState.SENDING for entry in self.entries.values())

    def is_ready(self, message_id: MessageId) -> bool:
        """Whether an entry is here, and waits for nothing but its turn."""
        entry = self.entries.get(message_id)
        return entry is not None and entry.state is EntryState.READY

    def fill(self, loaded: Iterable[OutboxEntry]) -> None:
        """Take over the whole outbox, as read consistently."""
        self.entries = {entry.message_id: entry for entry in loaded}
        for entry in self.entries.values():
            self._hear(entry)

    def leaves_gap(self, entry: OutboxEntry) -> bool:
        """Whether an entry that goes before this one may be missing here.

        Wake-ups come in any order, and an entry that waits for its dispatch has none yet.
        """
        return entry.seq > self.heard.get(entry.conversation_id, 0) + 1

    def replace(self, entry: OutboxEntry) -> None:
        """Put an entry back in its new state."""
        self.entries[entry.message_id] = entry
        self._hear(entry)

    def _hear(self, entry: OutboxEntry) -> None:
        known = self.heard.get(entry.conversation_id, 0)
        self.heard[entry.conversation_id] = max(known, entry.seq)

    def drop(self, entry: OutboxEntry) -> None:
        """Forget an entry that is terminal or somebody else's."""
        self.counted.discard(entry.claim_id or "")
        self.entries.pop(entry.message_id, None)
