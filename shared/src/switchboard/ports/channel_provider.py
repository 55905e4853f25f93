"""The channel: how a line sends, and what a linked page can do beside that."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from switchboard.domain.channel_events import ChannelEvent, MessageSeen
from switchboard.domain.ids import ChatId, OrganizationId, WaHex


@dataclass(frozen=True, slots=True)
class SentReceipt:
    """WhatsApp's server has the message."""

    wa_id: str
    """The serialized key `true_<chat>_<hex>`; its chat may be a LID."""
    ack: int
    """1 or more."""


class Lookup(StrEnum):
    """What a look-up by id found; ABSENT after a restore does not mean unsent."""

    ACKED = "acked"
    PENDING = "pending"
    FAILED = "failed"
    ABSENT = "absent"


class ChannelProvider(Protocol):
    """Sends for one organization, whatever the channel."""

    async def send_text(
        self, chat_id: ChatId, wa_hex: WaHex, text: str, *, within: timedelta
    ) -> SentReceipt:
        """Send under the given id and wait for WhatsApp's server ack.

        Args:
            chat_id: phone or LID chat; the adapter keeps both forms.
            wa_hex: the id part; the same in every attempt, so that WhatsApp can drop a second copy.
            text: the body, already checked.
            within: deadline, enforced inside the page too, so that nothing leaves after it.

        Returns:
            The receipt; its ack is at least 1.

        Raises:
            LineDown: no connected socket, or asked too late; nothing was handed over.
            SendStalled: the page is connected but did not come to the hand-over in time.
            ContactUnreachable: WhatsApp does not know the chat.
            SendRejected: the page threw before anything could leave.
            SendOutcomeUnknown: the deadline passed or the page died after the hand-over.
        """
        ...

    async def typing(self, chat_id: ChatId, lasting: timedelta) -> None:
        """Show 'typing' and wait; a failure to show it is swallowed, the wait is not."""
        ...

    async def find(self, chat_id: ChatId, wa_hex: WaHex) -> Lookup:
        """Look an own message up by its id in the chat (reconciliation before any resend).

        Raises:
            LineDown: the page cannot be asked now.
        """
        ...


@dataclass(frozen=True, slots=True)
class KnownAddress:
    """What WhatsApp knows of an address; None is unknown, never invented."""

    exists: bool
    phone: str | None
    """Digits only."""
    lid: str | None
    """With its `@lid`."""


@dataclass(frozen=True, slots=True)
class ScannedMessages:
    """What a scan of recent chats found, oldest first."""

    messages: Sequence[MessageSeen]


@dataclass(frozen=True, slots=True)
class LoginState:
    """What a page tells of its login, just before a snapshot is taken of it."""

    settled: bool
    """Its socket is connected, and no own message waits in the page to be sent."""
    local_storage: Mapping[str, str]
    """The browser writes it to the disk up to a minute late."""
    wa_js: str
    whatsapp_web: str | None


class LinkedPage(ChannelProvider, Protocol):
    """The web side: one Chromium with one profile, from launch to close."""

    @property
    def browser_pid(self) -> int | None:
        """The browser's process id, None when it is not running."""
        ...

    def events(self) -> AsyncIterator[ChannelEvent]:
        """All events from launch on, in order; ends after PageGone or close."""
        ...

    async def probe(self, *, within: timedelta) -> str:
        """Ask the page for its socket state.

        Raises:
            DependencyUnavailable: the page did not answer in time (frozen or crashed).
        """
        ...

    async def scan_recent(self, *, per_chat: int) -> ScannedMessages:
        """Read the newest messages of the chats (after each Ready), marked as backfill.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def scan_chat(self, chat_id: ChatId, *, count: int) -> ScannedMessages:
        """Read the newest messages of one chat, marked as backfill; none of an unknown chat.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def login_state(self) -> LoginState:
        """Ask the page for what its profile does not tell.

        Raises:
            LineDown: the page is loading.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def request_pairing_code(self, phone: str) -> str:
        """The 8-character code for linking with a phone number, while a QR is shown.

        Raises:
            SendRejected: the line is linked already.
            LineDown: the page is loading.
            DependencyUnavailable: WhatsApp gave no code.
        """
        ...

    async def mark_seen(self, chat_id: ChatId) -> None:
        """Tell the contact that everything in the chat was read.

        Raises:
            LineDown: no connected socket.
            NotFound: the page has no such chat.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def show_typing(self, chat_id: ChatId, *, on: bool) -> None:
        """Show 'typing' or end it; WhatsApp ends it too, after some seconds.

        Raises:
            LineDown: no connected socket.
            NotFound: the page has no such chat.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def look_up(self, chat_id: ChatId) -> KnownAddress:
        """Ask WhatsApp for a phone's LID, or a LID's phone.

        Raises:
            LineDown: no connected socket.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def screenshot(self) -> bytes:
        """The page as a JPEG of at most 70 kB: it has to fit into a command's item.

        Raises:
            DependencyUnavailable: the page does not draw.
        """
        ...

    async def logout(self) -> None:
        """Unlink the device; LoginEnded follows.

        Raises:
            LineDown: WhatsApp cannot be told now.
            DependencyUnavailable: the page did not answer.
        """
        ...

    async def close(self) -> None:
        """Close page and browser; the process has exited when this returns. Idempotent."""
        ...


class LinkedPageOpener(Protocol):
    """Launches pages; one browser driver serves all of a host's lines."""

    async def build(self) -> str:
        """The browser's full version.

        Raises:
            PageNeverReady: it tells none.
        """
        ...

    async def open(
        self,
        organization_id: OrganizationId,
        profile: Path,
        local_storage: Mapping[str, str] | None = None,
    ) -> LinkedPage:
        """Launch Chromium on the profile directory and start WhatsApp Web.

        Args:
            organization_id: whose line.
            profile: the browser's directory.
            local_storage: what WhatsApp's origin held when the profile was last known, in place of
                what stands in it; None to leave it.

        Raises:
            PageChanged: the wa-js bundle does not have the pinned hash.
            PageNeverReady: the browser or the page did not start within its time.
        """
        ...
