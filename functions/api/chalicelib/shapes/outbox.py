"""The outbox in answers."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import choice, gives, many, moment, nullable, text, whole
from switchboard.application.list_outbox import OutboxView
from switchboard.domain.moment import iso
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority

_ENTRY = gives(
    "OutboxEntry",
    {
        "position": whole("from 1; scheduled messages stand behind all others"),
        "messageId": text(),
        "chatId": text(),
        "priority": choice(Priority),
        "state": choice(EntryState),
        "source": text(),
        "attempts": whole(),
        "acceptedAt": moment(),
        "sendAt": nullable(moment()),
        "expiresAt": nullable(moment()),
    },
)
OUTBOX = gives(
    "Outbox",
    {
        "total": whole(),
        "byPriority": gives("OutboxCounts", {priority.value: whole() for priority in Priority}),
        "items": many(_ENTRY),
    },
)


def outbox_shape(view: OutboxView) -> dict[str, Any]:
    """The first entries in sending order, and counts of all."""
    return {
        "total": view.total,
        "byPriority": {priority.value: count for priority, count in view.by_priority.items()},
        "items": [_item(number, entry) for number, entry in enumerate(view.first, start=1)],
    }


def _item(position: int, entry: OutboxEntry) -> dict[str, Any]:
    return {
        "position": position,
        "messageId": entry.message_id,
        "chatId": entry.chat_id,
        "priority": entry.priority.value,
        "state": entry.state.value,
        "source": entry.source,
        "attempts": entry.attempts,
        "acceptedAt": iso(entry.accepted_at),
        "sendAt": iso(entry.send_at),
        "expiresAt": iso(entry.expires_at),
    }
