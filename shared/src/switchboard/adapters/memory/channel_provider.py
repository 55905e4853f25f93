"""Linked pages in memory, over the phones that tests control."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from switchboard.adapters.memory.phone import Fault, MemoryPhone, OnWire
from switchboard.domain.channel_events import (
    AckSeen,
    ChannelEvent,
    LoginEnded,
    MessageSeen,
    PageGone,
    Paired,
    QrShown,
    Ready,
    SocketChanged,
)
from switchboard.domain.errors import (
    ContactUnreachable,
    DependencyUnavailable,
    LineDown,
    NotFound,
    SendOutcomeUnknown,
    SendRejected,
    SendStalled,
)
from switchboard.domain.host import HAND_OVER_WITHIN
from switchboard.domain.ids import ChatId, OrganizationId, WaHex
from switchboard.ports.channel_provider import (
    KnownAddress,
    LinkedPage,
    LoginState,
    Lookup,
    ScannedMessages,
    SentReceipt,
)
from switchboard.ports.clock import Clock

_FIRST_PID = 5_000_000
"""More than Linux gives: no process of this machine is meant."""
FIRST_QR_LIFETIME = timedelta(seconds=60)
_LEFT = frozenset({Fault.HANG_AFTER_HAND_OVER, Fault.CRASH_AFTER_HAND_OVER})
_CRASHED = frozenset({Fault.CRASH_BEFORE_HAND_OVER, Fault.CRASH_AFTER_HAND_OVER})
WHATSAPP_WEB, WA_JS = "2.3000.0", "4.6.0"
_PAIRING_CODE = "SWBD1234"


@dataclass(slots=True)
class MemoryLinkedPage:
    """`LinkedPage` over one phone; methods past the port's are the phone's side of it."""

    phone: MemoryPhone
    clock: Clock
    browser_pid: int | None
    typed: list[tuple[ChatId, timedelta]] = field(default_factory=list)
    closes_after: timedelta = timedelta()
    """How long a close takes."""
    local_storage: dict[str, str] = field(default_factory=dict)
    _events: asyncio.Queue[ChannelEvent | None] = field(default_factory=asyncio.Queue)

    async def send_text(
        self, chat_id: ChatId, wa_hex: WaHex, text: str, *, within: timedelta
    ) -> SentReceipt:
        """Put the message on the phone's wire, or fail as the phone's fault says."""
        self._need_socket()
        if chat_id in self.phone.unknown_chats:
            raise ContactUnreachable("WhatsApp does not know the chat")
        fault = self.phone.next_fault(chat_id)
        if fault is Fault.REJECT:
            raise SendRejected("the page threw")
        if fault is Fault.HANG_BEFORE_HAND_OVER:
            await self.clock.sleep(min(within, HAND_OVER_WITHIN))
            raise SendStalled("the page did not come to the hand-over in time")
        if fault is None or fault in _LEFT:
            message = OnWire(self.clock.now(), chat_id, wa_hex, text)
            self.phone.transmit(message, ack=0 if fault else 1)
        if fault is not None:
            await self._lose(fault, within)
        if self.phone.ack_takes:
            await self.clock.sleep(self.phone.ack_takes)
        return SentReceipt(f"true_{chat_id}_{wa_hex}", 1)

    async def typing(self, chat_id: ChatId, lasting: timedelta) -> None:
        """Note it and wait on the clock."""
        self.typed.append((chat_id, lasting))
        await self.clock.sleep(lasting)

    async def find(self, chat_id: ChatId, wa_hex: WaHex) -> Lookup:  # noqa: ARG002 - ids are unique
        """Look an own message up in the phone's memory."""
        self._need_socket()
        ack = self.phone.acks.get(wa_hex)
        if ack is None:
            return Lookup.ABSENT
        if ack < 0:
            return Lookup.FAILED
        return Lookup.ACKED if ack else Lookup.PENDING

    async def events(self) -> AsyncIterator[ChannelEvent]:
        """All events from launch on, in order."""
        while (event := await self._events.get()) is not None:
            yield event
            if isinstance(event, PageGone):
                return

    async def probe(self, *, within: timedelta) -> str:
        """The socket state, unless the page is frozen or gone."""
        if self.phone.frozen or self.browser_pid is None:
            await self.clock.sleep(within)
            raise DependencyUnavailable("the page did not answer")
        return self.phone.socket

    async def scan_recent(self, *, per_chat: int) -> ScannedMessages:
        """The newest messages of each chat, marked as backfill."""
        newest: dict[ChatId, list[MessageSeen]] = {}
        for seen in self.phone.chats:
            newest.setdefault(seen.chat_id, []).append(seen)
        kept = [seen for chat in newest.values() for seen in chat[-per_chat:]]
        ordered = sorted(kept, key=lambda seen: seen.at)
        return ScannedMessages([replace(seen, backfill=True) for seen in ordered])

    async def scan_chat(self, chat_id: ChatId, *, count: int) -> ScannedMessages:
        """The newest messages of one chat, marked as backfill."""
        found = (await self.scan_recent(per_chat=count)).messages
        return ScannedMessages([seen for seen in found if seen.chat_id == chat_id])

    async def login_state(self) -> LoginState:
        """As the phone has it."""
        if self.phone.frozen or self.browser_pid is None:
            raise DependencyUnavailable("the page did not answer")
        connected = self.phone.linked and self.phone.socket == "CONNECTED"
        settled = connected and 0 not in self.phone.acks.values()
        return LoginState(settled, dict(self.local_storage), WA_JS, WHATSAPP_WEB)

    async def request_pairing_code(self, phone: str) -> str:
        """A code, while a QR is shown."""
        if self.phone.linked:
            raise SendRejected("the line is linked already")
        self.phone.pairing_codes.append(phone)
        return _PAIRING_CODE

    async def mark_seen(self, chat_id: ChatId) -> None:
        """Note it on the phone."""
        self._need_chat(chat_id)
        self.phone.seen.append(chat_id)

    async def show_typing(self, chat_id: ChatId, *, on: bool) -> None:
        """Note it on the phone."""
        self._need_chat(chat_id)
        self.phone.shown.append((chat_id, on))

    async def look_up(self, chat_id: ChatId) -> KnownAddress:
        """What the phone's `lids` say."""
        self._need_socket()
        phones = {lid: phone for phone, lid in self.phone.lids.items()}
        if chat_id.endswith("@lid"):
            return KnownAddress(chat_id in phones, phones.get(chat_id), chat_id)
        phone = chat_id.partition("@")[0]
        known = chat_id not in self.phone.unknown_chats
        return KnownAddress(known, phone, self.phone.lids.get(phone))

    async def screenshot(self) -> bytes:
        """Not a picture, but bytes of one's beginning."""
        if self.phone.frozen or self.browser_pid is None:
            raise DependencyUnavailable("the page does not draw")
        return b"\xff\xd8\xff\xe0memory"

    async def logout(self) -> None:
        """Unlink the device."""
        self.unlink("logged_out_by_user")

    async def close(self) -> None:
        """Close page and browser."""
        await self.clock.sleep(self.closes_after)
        if self.browser_pid is not None:
            self.browser_pid = None
            self._events.put_nowait(None)

    def begin(self) -> None:
        """Show a QR, or be ready at once when the profile is linked; a blank page does neither."""
        if self.phone.blank:
            return
        if self.phone.linked:
            self._ready()
        else:
            self.emit(QrShown("2@memory,qr", 1, FIRST_QR_LIFETIME))

    def scan(self) -> None:
        """The person scans the QR with the phone."""
        self.phone.linked = True
        self.emit(Paired())
        self._ready()

    def hear(self, seen: MessageSeen) -> None:
        """A message of either direction appears in a chat."""
        self.phone.chats.append(seen)
        self.emit(seen)

    def ack(self, chat_id: ChatId, wa_hex: WaHex, level: int) -> None:
        """An own message's ack changes."""
        self.phone.acks[wa_hex] = level
        self.emit(AckSeen(f"true_{chat_id}_{wa_hex}", chat_id, level, self.clock.now()))

    def set_socket(self, state: str) -> None:
        """The page's socket goes or comes back."""
        self.phone.socket = state
        self.emit(SocketChanged(state))

    def unlink(self, reason: str) -> None:
        """WhatsApp ends the login."""
        self.phone.linked = False
        self.emit(LoginEnded(reason))

    def crash(self, cause: str = "crashed") -> None:
        """The browser dies."""
        if self.browser_pid is not None:
            self.browser_pid = None
            self._events.put_nowait(PageGone(cause))

    def emit(self, event: ChannelEvent) -> None:
        """Tell the host; a page that is gone tells nothing."""
        if self.browser_pid is not None:
            self._events.put_nowait(event)

    def _ready(self) -> None:
        self.emit(Ready(self.phone.account, WHATSAPP_WEB, WA_JS))

    def _need_socket(self) -> None:
        if self.browser_pid is None or not self.phone.linked or self.phone.socket != "CONNECTED":
            raise LineDown("the page has no connected socket")

    def _need_chat(self, chat_id: ChatId) -> None:
        self._need_socket()
        if chat_id in self.phone.unknown_chats:
            raise NotFound("chat")

    async def _lose(self, fault: Fault, within: timedelta) -> None:
        if fault in _CRASHED:
            self.crash()
        else:
            await self.clock.sleep(within)
        raise SendOutcomeUnknown("no ack")


@dataclass(slots=True)
class MemoryLinkedPageOpener:
    """`LinkedPageOpener` over `phones`; an unknown organization gets a phone that is unlinked."""

    clock: Clock
    phones: dict[OrganizationId, MemoryPhone] = field(default_factory=dict)
    opened: list[MemoryLinkedPage] = field(default_factory=list)
    """Every page ever opened; the last one of an organization is the live one."""
    failure: Exception | None = None
    """Raised instead of opening while it is set."""
    chromium: str = "156.0.1.2"

    async def build(self) -> str:
        """The browser's version."""
        return self.chromium

    async def open(
        self,
        organization_id: OrganizationId,
        profile: Path,  # noqa: ARG002 - the phone remembers the login
        local_storage: Mapping[str, str] | None = None,
    ) -> LinkedPage:
        """Open a page on the organization's phone."""
        if self.failure is not None:
            raise self.failure
        pid = _FIRST_PID + len(self.opened)
        page = MemoryLinkedPage(self.phone(organization_id), self.clock, pid)
        page.local_storage |= local_storage or {}
        self.opened.append(page)
        page.begin()
        return page

    def phone(self, organization_id: OrganizationId) -> MemoryPhone:
        """The organization's phone."""
        return self.phones.setdefault(organization_id, MemoryPhone(organization_id))

    def page(self, organization_id: OrganizationId) -> MemoryLinkedPage:
        """The page that was opened last for the organization."""
        return next(
            page for page in reversed(self.opened) if page.phone.organization_id == organization_id
        )
