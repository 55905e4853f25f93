"""What integrators are told: names, the envelope, and ids that a redelivery keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from switchboard.domain.ids import ChatId, MessageId, OrganizationId, phone_of
from switchboard.domain.moment import milliseconds
from switchboard.domain.session import Account

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_BITS, _HASH_BYTES, _ULID_LENGTH = 48, 10, 26


class EventName(StrEnum):
    """The events of the API's users; the names are those of WAHA where it has the event."""

    SESSION_STATUS = "session.status"
    SESSION_RESTRICTION = "session.restriction"
    MESSAGE = "message"
    """A contact wrote."""
    MESSAGE_ANY = "message.any"
    """A message of either direction; an own one once WhatsApp's server has it."""
    MESSAGE_ACK = "message.ack"
    MESSAGE_REACTION = "message.reaction"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_REVOKED = "message.revoked"
    RATE_LIMIT_REACHED = "rate_limit.reached"
    CONTACT_STATUS = "contact.status"
    HAND_OFF = "conversation.hand_off"
    """The agent gave a conversation to a person, or the person came. Not one of WAHA's."""
    WEBHOOK_TEST = "webhook.test"
    """Only when somebody asks for it."""


ANY_EVENT = "*"
"""Stands for every event in a receiver's list."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `group` is the conversation, or what else keeps its order."""

    id: str
    name: EventName
    organization_id: OrganizationId
    at: datetime
    group: str
    payload: Mapping[str, Any]
    sender_phone: str | None = None
    """Digits; None when nobody knows them."""
    long_body: MessageId | None = None
    """The message whose whole body is too long to travel and is put in at delivery."""


@dataclass(frozen=True, slots=True)
class Known:
    """What an event says beyond the changed item."""

    me: Account
    sender_phone: str | None = None
    """Of who wrote the message."""
    phones: Mapping[ChatId, str] = field(default_factory=dict)
    """Of others whom the change names by a LID."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The organization's."""

    def phone(self, chat_id: ChatId) -> str | None:
        """The phone of somebody whom the change names, as far as anybody knows it."""
        return phone_of(chat_id) or self.phones.get(chat_id)


def envelope(event: Event, me: Account, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The JSON object that a receiver gets, in WAHA's shape."""
    return {
        "id": event.id,
        "timestamp": milliseconds(event.at),
        "event": event.name.value,
        "session": event.organization_id,
        "metadata": dict(metadata),
        "me": me_of(me),
        "payload": dict(event.payload),
        "senderPhone": event.sender_phone,
    }


def me_of(account: Account) -> dict[str, Any] | None:
    """The linked account; None before the first scan."""
    chat = own_chat(account)
    if chat is None:
        return None
    return {"id": chat, "pushName": account.push_name, "lid": account.lid}


def own_chat(account: Account) -> str | None:
    """The chat id under which others know the line."""
    return f"{account.phone}@c.us" if account.phone else account.lid


def event_id(at: datetime, *parts: str | int) -> str:
    """`evt_` and a ULID whose random part is the hash of what happened: the same every time."""
    return f"evt_{derived_ulid(at, 'event', *parts)}"


def derived_ulid(at: datetime, *parts: str | int) -> str:
    """A ULID (sorts by time) that the same moment and parts always give."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    time = milliseconds(at) % (1 << _TIME_BITS)
    number = (time << 8 * _HASH_BYTES) | int.from_bytes(digest[:_HASH_BYTES])
    digits = [_CROCKFORD[number >> 5 * place & 31] for place in range(_ULID_LENGTH)]
    return "".join(reversed(digits))
