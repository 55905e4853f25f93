"""One line's page: `LinkedPage` over Chromium."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from browser_host.whatsapp_web.bridge import PageBridge
from browser_host.whatsapp_web.event_stream import EventStream
from browser_host.whatsapp_web.launch import LaunchedBrowser
from browser_host.whatsapp_web.messages import message_seen
from browser_host.whatsapp_web.picture import picture
from browser_host.whatsapp_web.sending import lookup, receipt
from browser_host.whatsapp_web.settings import BrowserSettings
from switchboard.domain.channel_events import ChannelEvent, MessageSeen
from switchboard.domain.errors import (
    DependencyUnavailable,
    InvalidInput,
    LineDown,
    NotFound,
    SendOutcomeUnknown,
    SendRejected,
    Transient,
)
from switchboard.domain.host import HAND_OVER_WITHIN
from switchboard.domain.ids import ChatId, WaHex
from switchboard.domain.moment import milliseconds
from switchboard.ports.channel_provider import (
    KnownAddress,
    LinkedPage,
    LoginState,
    Lookup,
    ScannedMessages,
    SentReceipt,
)
from switchboard.ports.clock import Clock

_log = logging.getLogger(__name__)

_ANSWER_MARGIN = timedelta(seconds=2)
"""The page keeps the deadline itself; its answer needs a moment to arrive."""
_TYPING_SHOWN_WITHIN = timedelta(seconds=2)
_SERVER_ANSWERS_WITHIN = timedelta(seconds=30)
"""Pairing codes and scans wait for WhatsApp's server or the page's database."""
_SCANNED_CHATS = 200
"""The newest; a line with more chats that changed while it was away is read by a person."""
_CHATS_A_TURN = 25
"""Read in turns, so that a scan of thousands of messages does not hold up a send."""


class WhatsAppWebPage(LinkedPage):
    """A page that has loaded; made by `WhatsAppWebPages.open`."""

    def __init__(
        self,
        browser: LaunchedBrowser,
        bridge: PageBridge,
        events: EventStream,
        *,
        watching: asyncio.Task[None],
        settings: BrowserSettings,
        clock: Clock,
    ) -> None:
        self._browser = browser
        self._bridge = bridge
        self._events = events
        self._watching = watching
        self._settings = settings
        self._clock = clock
        self._closing = asyncio.Lock()
        self.closed = False

    @property
    def browser_pid(self) -> int | None:
        """The browser's process id, None when it is not running."""
        return self._browser.chromium.pid if self._browser.chromium.running else None

    def events(self) -> AsyncIterator[ChannelEvent]:
        """All events from launch on, in order; ends after PageGone or close."""
        return self._events.read()

    async def probe(self, *, within: timedelta) -> str:
        """Ask the page for its socket state.

        Raises:
            DependencyUnavailable: the page did not answer in time (frozen or crashed).
        """
        try:
            state = await self._bridge.call("state", within=within)
        except LineDown as error:
            raise DependencyUnavailable("the page is loading") from error
        return _socket(state)

    async def send_text(
        self, chat_id: ChatId, wa_hex: WaHex, text: str, *, within: timedelta
    ) -> SentReceipt:
        """Send under the given id and wait for WhatsApp's server ack; see the port."""
        if self._events.ended or not self._browser.chromium.running:
            raise LineDown("the page is gone")
        now = self._clock.now()
        until, leave_by = now + within, now + min(within, HAND_OVER_WITHIN)
        order = {
            "chat": chat_id,
            "hex": wa_hex,
            "text": text,
            "until": milliseconds(until),
            "leaveBy": milliseconds(leave_by),
            "askedAt": milliseconds(now),
        }
        try:
            answer = await self._bridge.call("send", order, within=within + _ANSWER_MARGIN)
        except DependencyUnavailable as error:
            raise SendOutcomeUnknown("the page did not say what became of the message") from error
        return receipt(answer)

    async def typing(self, chat_id: ChatId, lasting: timedelta) -> None:
        """Show 'typing' and wait; a failure to show it is swallowed, the wait is not."""
        until = self._clock.monotonic() + lasting.total_seconds()
        await self._show_typing(chat_id, on=True)
        remaining = until - self._clock.monotonic()
        await self._clock.sleep(timedelta(seconds=max(0.0, remaining)))
        await self._show_typing(chat_id, on=False)

    async def find(self, chat_id: ChatId, wa_hex: WaHex) -> Lookup:
        """Look an own message up by its id in the chat.

        Raises:
            LineDown: the page cannot be asked now.
        """
        wanted = {"chat": chat_id, "hex": wa_hex}
        try:
            found = await self._bridge.call("find", wanted, within=self._settings.answer_within)
        except DependencyUnavailable as error:
            raise LineDown("the page did not answer") from error
        if not found["connected"]:
            raise LineDown("the page has no connected socket")
        return lookup(found["ack"])

    async def scan_recent(self, *, per_chat: int) -> ScannedMessages:
        """Read the newest messages of the newest chats, marked as backfill.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        messages: list[MessageSeen] = []
        for start in range(0, _SCANNED_CHATS, _CHATS_A_TURN):
            turn = {"from": start, "chats": _CHATS_A_TURN, "perChat": per_chat}
            found = await self._bridge.call("recent", turn, within=_SERVER_ANSWERS_WITHIN)
            messages.extend(_backfill(found["messages"]))
            if not found["more"]:
                break
        return ScannedMessages(sorted(messages, key=lambda seen: seen.at))

    async def scan_chat(self, chat_id: ChatId, *, count: int) -> ScannedMessages:
        """Read the newest messages of one chat, marked as backfill.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        wanted = {"chat": chat_id, "count": count}
        found = await self._bridge.call("newest", wanted, within=_SERVER_ANSWERS_WITHIN)
        messages = _backfill(found["messages"])
        return ScannedMessages(sorted(messages, key=lambda seen: seen.at))

    async def login_state(self) -> LoginState:
        """Ask the page for what its profile does not tell.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        told = await self._bridge.call("login", within=self._settings.answer_within)
        return LoginState(told["settled"], told["items"], told["wa_js"], told["whatsapp_web"])

    async def request_pairing_code(self, phone: str) -> str:
        """The 8-character code for linking with a phone number, while a QR is shown.

        Raises:
            SendRejected: the line is linked already.
            LineDown: the page is loading.
            DependencyUnavailable: WhatsApp gave no code.
        """
        digits = re.sub(r"\D", "", phone)
        answer = await self._bridge.call("pairingCode", digits, within=_SERVER_ANSWERS_WITHIN)
        if answer.get("linked"):
            raise SendRejected("the line is linked already")
        return str(answer["code"])

    async def mark_seen(self, chat_id: ChatId) -> None:
        """Tell the contact that everything in the chat was read.

        Raises:
            LineDown: no connected socket.
            NotFound: the page has no such chat.
            DependencyUnavailable: the page did not answer.
        """
        await self._in_chat("seen", {"chat": chat_id})

    async def show_typing(self, chat_id: ChatId, *, on: bool) -> None:
        """Show 'typing' or end it.

        Raises:
            LineDown: no connected socket.
            NotFound: the page has no such chat.
            DependencyUnavailable: the page did not answer.
        """
        await self._in_chat("composing", {"chat": chat_id, "on": on})

    async def look_up(self, chat_id: ChatId) -> KnownAddress:
        """Ask WhatsApp for a phone's LID, or a LID's phone.

        Raises:
            LineDown: no connected socket.
            DependencyUnavailable: the page did not answer.
        """
        found = await self._bridge.call("lookUp", chat_id, within=_SERVER_ANSWERS_WITHIN)
        if not found["connected"]:
            raise LineDown("the page has no connected socket")
        return KnownAddress(found["exists"], found["phone"], found["lid"])

    async def screenshot(self) -> bytes:
        """The page as a JPEG of at most 70 kB.

        Raises:
            DependencyUnavailable: the page does not draw.
        """
        return await picture(self._bridge.page)

    async def logout(self) -> None:
        """Unlink the device; LoginEnded follows.

        Raises:
            LineDown: WhatsApp cannot be told now.
            DependencyUnavailable: the page did not answer.
        """
        answer = await self._bridge.call("logout", within=self._settings.answer_within)
        if not answer["connected"]:
            raise LineDown("the page has no connected socket")

    async def close(self) -> None:
        """Close page and browser; the process has exited when this returns. Idempotent."""
        self._events.end()
        self._watching.cancel()
        async with self._closing:
            if not self.closed:  # its process group's number may be another's by now
                await self._browser.end()
            self.closed = True

    async def _in_chat(self, action: str, argument: dict[str, Any]) -> None:
        answer = await self._bridge.call(action, argument, within=self._settings.answer_within)
        if not answer["connected"]:
            raise LineDown("the page has no connected socket")
        if not answer["known"]:
            raise NotFound("chat")

    async def _show_typing(self, chat_id: ChatId, *, on: bool) -> None:
        shown = {"chat": chat_id, "on": on}
        try:
            await self._bridge.call("composing", shown, within=_TYPING_SHOWN_WITHIN)
        except Transient:
            _log.debug("page.typing.not_shown")


def _backfill(found: list[dict[str, Any]]) -> list[MessageSeen]:
    messages = []
    for raw in found:
        try:
            messages.append(message_seen(raw, backfill=True))
        except InvalidInput as error:
            _log.warning("page.message.unknown_form", extra={"field": error.field})
    return messages


def _socket(state: dict[str, Any]) -> str:
    """The socket's state; CONNECTED only while the page is logged in and in its main mode."""
    word = str(state.get("socket") or "UNLAUNCHED")
    if word != "CONNECTED":
        return word
    if not state["authenticated"]:
        return "UNPAIRED"
    return word if state["mode"] == "MAIN" else str(state["mode"])
