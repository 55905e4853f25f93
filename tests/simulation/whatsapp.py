"""WhatsApp as a linked device meets it: the server's side of an account, and what a contact sees."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.process import BASE

from switchboard.domain.channel_events import MessageSeen
from switchboard.domain.ids import ChatId, OrganizationId, WaHex


@dataclass
class Profile:
    """A browser's profile: the login, and what the page keeps in its database."""

    own: dict[WaHex, int] = field(default_factory=dict)
    """Acks of own messages."""
    unsent: dict[WaHex, tuple[ChatId, str]] = field(default_factory=dict)
    """Own messages without a server's ack, oldest first: a page sends them when it connects."""
    chats: list[MessageSeen] = field(default_factory=list)
    changes: int = 0

    def copy(self) -> "Profile":
        return Profile(dict(self.own), dict(self.unsent), list(self.chats), self.changes)


@dataclass(frozen=True)
class Wire:
    """One message that reached WhatsApp's server."""

    at: float
    organization_id: OrganizationId
    epoch: int
    chat_id: ChatId
    wa_hex: WaHex
    text: str
    by_itself: bool
    """The page sent it again without being asked."""
    by: str
    """Whose page it was."""


@dataclass
class Signal:
    """WhatsApp tells a page of a ban, once: who does not hear it never knows."""

    at: float
    page: Any
    event: Any
    heard: bool = False

    @property
    def forgotten_at(self) -> float:
        """When nobody knew of it any more."""
        died_at: float = self.page.process.died_at
        return died_at if self.heard else min(died_at, self.page.ended_at)


@dataclass
class Account:
    """One organization's account on the server; it has one linked device."""

    world: Any
    organization_id: OrganizationId
    same_id_once: bool = True
    stream: Any = None
    """The page that holds the device's stream."""
    offline: deque[tuple[int, str, Any]] = field(default_factory=deque)
    """What the device's page has not acknowledged yet."""
    wire: list[Wire] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    known: set[tuple[ChatId, WaHex]] = field(default_factory=set)
    numbers: int = 0

    def attach(self, page: Any) -> None:
        """A page connects: the older stream ends, and what waited is handed over."""
        told = {"organization_id": self.organization_id, "epoch": page.epoch}
        self.world.journal.say("connected", by=page.process.name, **told)
        if self.stream is not None and self.stream is not page:
            self.stream.replaced()
        self.stream = page

    def hand_over_all(self) -> None:
        for item in list(self.offline):
            self._hand_over(item)

    def accept(self, page: Any, wire: Wire) -> bool:
        """Take a message; one of a stream that was replaced is not heard."""
        if self.stream is not page:
            return False
        self.wire.append(wire)
        self.world.journal.add("wire", organization_id=self.organization_id, wire=wire)
        if (wire.chat_id, wire.wa_hex) not in self.known:
            self.known.add((wire.chat_id, wire.wa_hex))
            self._receipts(wire)
        return True

    def shown(self) -> list[Wire]:
        """What contacts see: with `same_id_once` only the first copy of an id in a chat."""
        if not self.same_id_once:
            return self.wire
        first: dict[tuple[ChatId, WaHex], Wire] = {}
        for wire in self.wire:
            first.setdefault((wire.chat_id, wire.wa_hex), wire)
        return list(first.values())

    def first_copies(self) -> list[Wire]:
        """Of every message what was first on the wire, in that order."""
        first: dict[WaHex, Wire] = {}
        for wire in self.wire:
            first.setdefault(wire.wa_hex, wire)
        return list(first.values())

    def write(self, chat_id: ChatId, text: str) -> None:
        """A contact writes."""
        self.numbers += 1
        wa_id = f"false_{chat_id}_3A{self.numbers:018d}"
        phone = chat_id.partition("@")[0]
        at = self.world.moment()
        seen = MessageSeen(wa_id, False, chat_id, phone, None, None, text, "chat", at)
        self.world.journal.add("written", organization_id=self.organization_id, seen=seen)
        self._put("message", seen)

    def type_on_phone(self, chat_id: ChatId, text: str) -> None:
        """The operator answers from the phone."""
        self.numbers += 1
        phone = chat_id.partition("@")[0]
        wa_id = f"true_{chat_id}_3C{self.numbers:018d}"
        at = self.world.moment()
        self._put("message", MessageSeen(wa_id, True, chat_id, phone, None, None, text, "chat", at))

    def _receipts(self, wire: Wire) -> None:
        draw = self.world.random
        for level in (2, 3):
            after = draw.uniform(0.1, 4.0) * level
            self.world.later(after, self._put, "receipt", (wire.chat_id, wire.wa_hex, level))

    def _put(self, kind: str, content: Any) -> None:
        self.numbers += 1
        item = (self.numbers, kind, content)
        self.offline.append(item)
        if self.stream is not None:
            self._hand_over(item)

    def _hand_over(self, item: tuple[int, str, Any]) -> None:
        page = self.stream
        self.world.later(self.world.random.uniform(0.005, 0.1), self._arrive, page, item)

    def _arrive(self, page: Any, item: tuple[int, str, Any]) -> None:
        """The page stores it and acknowledges: from then on the server forgets it."""
        if page is self.stream and item in self.offline and page.takes(item[1], item[2]):
            self.offline.remove(item)


def seconds_of(moment: Any) -> float:
    return (moment - BASE).total_seconds()
