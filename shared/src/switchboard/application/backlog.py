"""A line's outbox in its owner's memory, and what the owner must remember beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from switchboard.domain.ids import ChatId, ConversationId, MessageId
from switchboard.domain.outbox import EntryState, OutboxEntry
from switchboard.domain.stalls import Stalls

LOADS_AFTER_A_WORD = 2
"""What a contact wrote just before the first may not be stored when what is held is judged."""


@dataclass(slots=True)
class Backlog:
    """What is in memory is only a copy; every write decides on what is stored."""

    entries: dict[MessageId, OutboxEntry] = field(default_factory=dict)
    heard: dict[ConversationId, int] = field(default_factory=dict)
    """Up to which sequence number each conversation's entries are here, or have ended."""
    claims: int = 0
    """How many sends were begun."""
    claiming: bool = False
    """Whether one is being begun: its claim may be stored already."""
    counted: set[str] = field(default_factory=set)
    """Claims that the gate has counted no earlier than they left: noting them may take several
    tries, and must not be charged for at each."""
    holds: dict[MessageId, datetime] = field(default_factory=dict)
    """Until when the organization's quiet hours hold a message back: judged once, not a load."""
    stalls: Stalls = field(default_factory=Stalls)
    refused: bool = False
    """Whether the gate refused the last grant that it was asked for."""
    spoke: dict[ChatId, int] = field(default_factory=dict)
    """Chats in which a contact wrote lately: at how many more loads their holds fall."""

    @property
    def unsettled(self) -> bool:
        """Whether a claim's end is not known yet."""
        return any(entry.state is EntryState.SENDING for entry in self.entries.values())

    def is_ready(self, message_id: MessageId) -> bool:
        """Whether an entry is here, and waits for nothing but its turn."""
        entry = self.entries.get(message_id)
        return entry is not None and entry.state is EntryState.READY

    def fill(self, loaded: Iterable[OutboxEntry]) -> None:
        """Take over the whole outbox, as read consistently; what is held stays so."""
        self.entries = {entry.message_id: entry for entry in loaded}
        for entry in self.entries.values():
            self._hear(entry)
        self.stalls.keep(self.entries.keys())
        held, self.holds = self.holds, {}
        for message_id, until in held.items():
            kept = self.entries.get(message_id)
            if kept is not None and kept.chat_id not in self.spoke:
                self.hold(kept, until)
        self.spoke = {chat: loads - 1 for chat, loads in self.spoke.items() if loads > 1}

    def hold(self, entry: OutboxEntry, until: datetime) -> None:
        """Keep an entry back in memory alone, like a scheduled one, so that answers overtake it.

        One that expires before is looked at when it does.
        """
        self.holds[entry.message_id] = until
        ends = until if entry.expires_at is None else min(until, entry.expires_at)
        self.replace(replace(entry, send_at=ends))

    def keep_holds(self, until: datetime | None) -> None:
        """Keep the holds that end as the quiet hours do now; the next load drops the others."""
        self.holds = {key: end for key, end in self.holds.items() if end == until}

    def hears(self, chat_id: ChatId) -> None:
        """A contact writes: what is held in the chat may be an answer, so judge it once more."""
        self.spoke[chat_id] = LOADS_AFTER_A_WORD

    def leaves_gap(self, entry: OutboxEntry) -> bool:
        """Whether an entry that goes before this one may be missing here.

        Wake-ups come in any order, and an entry that waits for its dispatch has none yet. A known
        conversation of which the last load had nothing leaves one too: an earlier message may
        have been accepted or redriven since, and no read of the conversation or of its messages
        tells which of them wait. So its first wake-up loads everything, once a page.
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
        self.holds.pop(entry.message_id, None)
        self.stalls.forget(entry.message_id)
        self.entries.pop(entry.message_id, None)
