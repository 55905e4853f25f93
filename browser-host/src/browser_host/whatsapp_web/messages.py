"""Messages, acks and what follows them, from the page's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from browser_host.whatsapp_web.moments import moment
from switchboard.domain.channel_events import (
    AckSeen,
    EditSeen,
    MessageSeen,
    ReactionSeen,
    RevocationSeen,
)
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id, parse_wa_hex


def message_seen(raw: Mapping[str, Any], *, backfill: bool = False) -> MessageSeen:
    """The event for a message that `messages.js` described.

    Raises:
        InvalidInput: its chat or id is not of a kind that we know.
    """
    parse_wa_hex(raw["id"])
    return MessageSeen(
        wa_id=raw["id"],
        from_me=raw["from_me"],
        chat_id=parse_chat_id(raw["chat"], "chat"),
        phone=raw["phone"],
        lid=raw["lid"],
        author=raw["author"],
        body=raw["body"],
        type=raw["type"],
        at=datetime.fromtimestamp(raw["t"], UTC),
        push_name=raw["push_name"],
        backfill=backfill,
        ack=raw["ack"],
    )


def ack_seen(raw: Mapping[str, Any], now: datetime) -> AckSeen:
    """The event for an ack; the page tells no time for it.

    Raises:
        InvalidInput: its chat or id is not of a kind that we know.
    """
    parse_wa_hex(raw["id"])
    return AckSeen(raw["id"], parse_chat_id(raw["chat"], "chat"), raw["ack"], now)


def reaction_seen(raw: Mapping[str, Any]) -> ReactionSeen:
    """The event for a reaction that `afterwards.js` told.

    Raises:
        InvalidInput: its chat, id, author or time is not of a kind that we know.
    """
    parse_wa_hex(raw["id"])
    return ReactionSeen(
        wa_id=raw["id"],
        chat_id=parse_chat_id(raw["chat"], "chat"),
        author=parse_chat_id(raw["author"], "author"),
        from_me=raw["from_me"],
        text=raw["text"],
        at=_told_at(raw),
    )


def edit_seen(raw: Mapping[str, Any]) -> EditSeen:
    """The event for an edit.

    Raises:
        InvalidInput: its chat, id or time is not of a kind that we know.
    """
    parse_wa_hex(raw["id"])
    return EditSeen(raw["id"], parse_chat_id(raw["chat"], "chat"), raw["body"], _told_at(raw))


def revocation_seen(raw: Mapping[str, Any]) -> RevocationSeen:
    """The event for a message that was taken back.

    Raises:
        InvalidInput: its chat, id or time is not of a kind that we know.
    """
    parse_wa_hex(raw["id"])
    return RevocationSeen(raw["id"], parse_chat_id(raw["chat"], "chat"), _told_at(raw))


def _told_at(raw: Mapping[str, Any]) -> datetime:
    at = moment(raw["t"])
    if at is None:
        raise InvalidInput("t", "is no moment")
    return at
