"""Signs of a ban that WhatsApp does not announce: refused new chats, and acks that stay away."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import ConversationId, WaHex

REFUSALS = 3
"""New chats whose sends failed, with none between them that went."""
JUDGED_AFTER = timedelta(minutes=10)
"""A phone that is on acknowledges within seconds; most phones are on."""
JUDGED_SENDS = 20
LOWEST_DELIVERED = 6
"""Of the last 20 judged: fewer have not been seen on a healthy account with real customers."""


class HiddenBan(StrEnum):
    """Codes of a pause that we order ourselves."""

    NEW_CHATS_REFUSED = "new_chats_refused"
    ACKS_MISSING = "acks_missing"


@dataclass(slots=True)
class SendingHealth:
    """One line's last sends, in its owner's memory: a new owner starts without suspicion."""

    refused: set[ConversationId] = field(default_factory=set)
    waiting: dict[WaHex, datetime] = field(default_factory=dict)
    early: deque[WaHex] = field(default_factory=lambda: deque(maxlen=JUDGED_SENDS))
    """Acks of sends that are not noted yet: a phone may be faster than the table."""
    delivered: deque[bool] = field(default_factory=lambda: deque(maxlen=JUDGED_SENDS))

    def new_chat_refused(self, conversation_id: ConversationId) -> HiddenBan | None:
        """A send to a contact who never wrote failed; its retries count once."""
        self.refused.add(conversation_id)
        if len(self.refused) < REFUSALS:
            return None
        self.refused.clear()
        return HiddenBan.NEW_CHATS_REFUSED

    def new_chat_reached(self) -> None:
        """A send to a contact who never wrote went out."""
        self.refused.clear()

    def sent(self, wa_hex: WaHex, now: datetime) -> HiddenBan | None:
        """WhatsApp's server took a message; judge those that are old enough."""
        if wa_hex in self.early:
            self.delivered.append(True)
        else:
            self.waiting[wa_hex] = now
        for late in [one for one, at in self.waiting.items() if now - at >= JUDGED_AFTER]:
            del self.waiting[late]
            self.delivered.append(False)
        if len(self.delivered) < JUDGED_SENDS or sum(self.delivered) >= LOWEST_DELIVERED:
            return None
        self.delivered.clear()
        return HiddenBan.ACKS_MISSING

    def reached(self, wa_hex: WaHex) -> None:
        """A contact's phone has a message."""
        if self.waiting.pop(wa_hex, None) is not None:
            self.delivered.append(True)
        else:
            self.early.append(wa_hex)
