"""What a line's page tells its host: plain values, no page objects, no policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.ids import ChatId
from switchboard.domain.session import Account


@dataclass(frozen=True, slots=True)
class QrShown:
    """A QR is on the page; `raw` is what the phone reads. A new one replaces it when it lapses."""

    raw: str
    number: int
    """From 1; the page shows six at most."""
    lifetime: timedelta
    """60 s for the first, 20 s for later ones."""


@dataclass(frozen=True, slots=True)
class QrExhausted:
    """The last QR lapsed unscanned; the page shows none until it is reloaded."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The phone scanned; history is being synchronised. Not emitted on a resume."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Stream MAIN, authenticated and fully loaded: sends and receives from now on."""

    account: Account
    web_version: str
    wa_js_version: str


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message of either direction appeared in a chat; may repeat (a host de-duplicates)."""

    wa_id: str
    """WhatsApp's serialized key `<true|false>_<chat>_<id>[_<participant>]`."""
    from_me: bool
    chat_id: ChatId
    phone: str | None
    """The other side's digits when the page knows them, also for a LID chat."""
    lid: str | None
    """`<digits>@lid` when the page knows it."""
    author: str | None
    body: str
    type: str
    """WhatsApp's word: chat, image, ptt, document, ..."""
    at: datetime
    push_name: str | None = None
    backfill: bool = False
    """Found by a scan after a reconnect rather than heard live."""
    ack: int | None = None
    """An own message's ack by now: one that came while the page loaded is told only here."""


@dataclass(frozen=True, slots=True)
class AckSeen:
    """WhatsApp's ack of an own message changed; also emitted for failures (-1)."""

    wa_id: str
    chat_id: ChatId
    ack: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ReactionSeen:
    """Somebody reacted to a message, or took the reaction back (`text` is empty)."""

    wa_id: str
    """The message's key, not the reaction's."""
    chat_id: ChatId
    author: ChatId
    from_me: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EditSeen:
    """The writer of a message changed its text."""

    wa_id: str
    chat_id: ChatId
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RevocationSeen:
    """A message was taken back for everybody, by its writer or by a group's administrator."""

    wa_id: str
    chat_id: ChatId
    at: datetime


AfterwardsSeen = ReactionSeen | EditSeen | RevocationSeen
"""What happens to a message that was told before."""


@dataclass(frozen=True, slots=True)
class LoginEnded:
    """The device was unlinked; `reason` is WhatsApp's word (`account_locked`, ...)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Restricted:
    """WhatsApp restricts or warns the account: sending must pause."""

    kind: str
    """temporary_ban, terms_blocked, proxy_blocked, service_unavailable."""
    code: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SocketChanged:
    """The page's own socket state (CONNECTED, TIMEOUT, CONFLICT, DEPRECATED_VERSION, ...).

    CONNECTED only follows a Ready of the same document, which then holds again: a page that
    reloads tells Ready anew.
    """

    state: str


@dataclass(frozen=True, slots=True)
class PageGone:
    """The page or its browser died or was closed from outside; nothing follows this event."""

    cause: str


ChannelEvent = (
    QrShown
    | QrExhausted
    | Paired
    | Ready
    | MessageSeen
    | AckSeen
    | ReactionSeen
    | EditSeen
    | RevocationSeen
    | LoginEnded
    | Restricted
    | SocketChanged
    | PageGone
)
