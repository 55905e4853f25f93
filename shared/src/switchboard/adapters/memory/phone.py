"""A tiny model of an account's phone and WhatsApp's server; it outlives every page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.ids import ChatId, OrganizationId, WaHex
from switchboard.domain.session import Account


class Fault(StrEnum):
    """What goes wrong with a send while it is switched on."""

    HANG_BEFORE_HAND_OVER = "hang_before_hand_over"
    """The page is connected, does not come to the hand-over in time, and gives it up."""
    HANG_AFTER_HAND_OVER = "hang_after_hand_over"
    """The message leaves, the deadline passes without an ack."""
    CRASH_BEFORE_HAND_OVER = "crash_before_hand_over"
    """The page dies and nothing leaves, but nobody can tell."""
    CRASH_AFTER_HAND_OVER = "crash_after_hand_over"
    """The message leaves, then the page dies."""
    REJECT = "reject"
    """The page throws before anything could leave."""


@dataclass(frozen=True, slots=True)
class OnWire:
    """One message that a page put on the wire."""

    at: datetime
    chat_id: ChatId
    wa_hex: WaHex
    text: str


@dataclass(slots=True)
class MemoryPhone:
    """One organization's account; tests switch its faults on and read what contacts received."""

    organization_id: OrganizationId
    account: Account = field(default_factory=lambda: Account("15550009999", None, "Switchboard"))
    linked: bool = False
    socket: str = "CONNECTED"
    fault: Fault | None = None
    faults_left: int | None = None
    """How many sends the fault still hits; None means all."""
    fault_chat: ChatId | None = None
    """The chat whose sends the fault hits; None means all."""
    ack_takes: timedelta = timedelta()
    """How long WhatsApp's server takes to acknowledge a send."""
    frozen: bool = False
    """The page does not answer a probe."""
    blank: bool = False
    """The page that is opened next shows neither a QR nor chats."""
    same_id_once: bool = True
    """Whether WhatsApp drops a second copy under the same id in a chat."""
    unknown_chats: set[ChatId] = field(default_factory=set)
    pairing_codes: list[str] = field(default_factory=list)
    lids: dict[str, str] = field(default_factory=dict)
    """LIDs by phone, as WhatsApp's server knows them."""
    seen: list[ChatId] = field(default_factory=list)
    shown: list[tuple[ChatId, bool]] = field(default_factory=list)
    """Chats in which 'typing' was switched on or off."""
    wire: list[OnWire] = field(default_factory=list)
    acks: dict[WaHex, int] = field(default_factory=dict)
    """Own messages by id; a restored profile forgets them (`forget`)."""
    chats: list[MessageSeen] = field(default_factory=list)
    """What a scan of recent chats finds, oldest first."""

    def copies(self, chat_id: ChatId, wa_hex: WaHex) -> int:
        """How many copies of a message the contact sees."""
        sent = sum((m.chat_id, m.wa_hex) == (chat_id, wa_hex) for m in self.wire)
        return min(1, sent) if self.same_id_once else sent

    def delivered(self) -> Counter[WaHex]:
        """Visible copies by message id."""
        return Counter({m.wa_hex: self.copies(m.chat_id, m.wa_hex) for m in self.wire})

    def transmit(self, message: OnWire, ack: int) -> None:
        """Take a message from a page; an ack never goes backwards."""
        self.wire.append(message)
        self.acks[message.wa_hex] = max(ack, self.acks.get(message.wa_hex, 0))

    def forget(self) -> None:
        """Lose the memory of own messages, as an older profile has when it is restored."""
        self.acks.clear()

    def next_fault(self, chat_id: ChatId) -> Fault | None:
        """The fault that hits the next send."""
        if self.fault is None or self.faults_left == 0 or self.fault_chat not in (None, chat_id):
            return None
        if self.faults_left is not None:
            self.faults_left -= 1
        return self.fault
