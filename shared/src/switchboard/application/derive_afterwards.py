"""Pure: what happened to a message after it was told -> the events that follow."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from switchboard.application.event_payloads import (
    edited_payload,
    reaction_payload,
    revoked_payload,
)
from switchboard.domain.changes import MessageChanged
from switchboard.domain.events import Event, EventName, Known, event_id
from switchboard.domain.message import Direction, Message, Reaction
from switchboard.domain.session import Account

CARRIED, BEGINNING = 65_000, 1_000
"""Bytes of a body as JSON that travel with an event, and code points of a longer one that do."""


def derive_afterwards(changed: MessageChanged, known: Known) -> list[Event]:
    """Reactions, the edit and the revocation that one change of a message brought."""
    old, new = changed.old, changed.new
    if old is None:
        return []  # what happened before it was stored is in the message
    me = known.me
    events = [_reacted(new, one, known) for one in new.reactions if one not in old.reactions]
    own = new.direction is Direction.OUTGOING
    phone = me.phone if own else known.sender_phone
    if new.edited_at is not None and new.edited_at != old.edited_at:
        events.append(_edited(changed, new.edited_at, me, phone))
    if new.revoked_at is not None and old.revoked_at is None:
        payload = revoked_payload(carried(new)[0], new.revoked_at, me)
        events.append(_event(EventName.MESSAGE_REVOKED, new, new.revoked_at, payload, phone))
    return events


def carried(message: Message) -> tuple[Message, bool]:
    """A body that JSON blows up beyond what a queue takes travels as its beginning only."""
    if len(json.dumps(message.content, ensure_ascii=False).encode("utf8", "replace")) <= CARRIED:
        return message, False
    return replace(message, content=message.content[:BEGINNING]), True


def _reacted(message: Message, reaction: Reaction, known: Known) -> Event:
    payload = reaction_payload(message, reaction, known.me)
    phone = known.me.phone if reaction.from_me else known.phone(reaction.author)
    name = EventName.MESSAGE_REACTION
    return _event(name, message, reaction.at, payload, phone, reaction.author, reaction.text)


def _edited(changed: MessageChanged, at: datetime, me: Account, phone: str | None) -> Event:
    message, long = carried(changed.new)
    payload = edited_payload(message, at, me)
    event = _event(EventName.MESSAGE_EDITED, message, at, payload, phone)
    return replace(event, long_body=message.id if changed.long or long else None)


def _event(
    name: EventName,
    message: Message,
    at: datetime,
    payload: dict[str, Any],
    phone: str | None,
    *parts: str,
) -> Event:
    return Event(
        id=event_id(at, message.organization_id, message.id, name, *parts),
        name=name,
        organization_id=message.organization_id,
        at=at,
        group=message.conversation_id,
        payload=payload,
        sender_phone=phone,
    )
