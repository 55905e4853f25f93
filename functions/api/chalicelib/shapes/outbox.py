"""The outbox in answers."""

from __future__ import annotations

from typing import Any

from chalicelib.shapes.times import iso
from switchboard.application.list_outbox import OutboxView
from switchboard.domain.outbox import OutboxEntry


def outbox_shape(view: OutboxView) -> dict[str, Any]:
    """`position` counts from 1; scheduled messages stand behind all others."""
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
