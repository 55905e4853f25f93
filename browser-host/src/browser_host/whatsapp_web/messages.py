"""Messages and acks from the page's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from switchboard.domain.channel_events import AckSeen, MessageSeen
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
        mimetype=raw["mimetype"],
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
