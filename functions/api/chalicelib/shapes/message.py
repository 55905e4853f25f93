"""A message as WAHA's clients know it; `id` is WhatsApp's, equal in every later ack.

Their generated clients refuse null where WAHA's document says string, so that what is not known of
`from`, `to` and `participant` is empty.
"""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import (
    NOTHING,
    choice,
    gives,
    many,
    moment,
    nullable,
    text,
    whole,
    yes_or_no,
)
from switchboard.application.event_payloads import ACKS, TEXT_TYPES, participant_of
from switchboard.domain.events import own_chat
from switchboard.domain.message import Direction, Message, MessageStatus, Reaction, Source
from switchboard.domain.moment import iso
from switchboard.domain.session import Account

_BY_HAND = (Source.PHONE, Source.CONTACT)

_REACTION = gives("Reaction", {"text": text(), "author": text(), "fromMe": yes_or_no()})
MESSAGE = gives(
    "Message",
    {
        "id": text("WhatsApp's id, chosen before the send"),
        "messageId": text("our id"),
        "timestamp": whole("seconds of Unix time"),
        "from": text(),
        "to": text(),
        "participant": text(),
        "chatId": text(),
        "fromMe": yes_or_no(),
        "direction": choice(Direction),
        "source": choice(("api", "app")),
        "writtenBy": choice(Source),
        "type": text("`chat` is a text"),
        "body": text(),
        "hasMedia": yes_or_no(),
        "media": NOTHING,
        "mediaUrl": text(),
        "replyTo": NOTHING,
        "state": choice(MessageStatus),
        "ack": whole("-1 error, 0 pending, 1 server, 2 device, 3 read"),
        "ackName": choice(("ERROR", "PENDING", "SERVER", "DEVICE", "READ")),
        "errorCode": nullable(text()),
        "createdAt": moment(),
        "receivedAt": nullable(moment()),
        "sentAt": nullable(moment()),
        "deliveredAt": nullable(moment()),
        "readAt": nullable(moment()),
        "editedAt": nullable(moment("`body` is what it says since")),
        "revokedAt": nullable(moment("taken back by who wrote it; `body` is what it said")),
        "reactions": many(_REACTION, "the last one of each person"),
    },
)


def message_shape(message: Message, account: Account) -> dict[str, Any]:
    """One message of either direction; `account` is the line's own."""
    ack, name = ACKS[message.status]
    return {
        **_addressed(message, own_chat(account) or ""),
        "direction": message.direction.value,
        "source": "app" if message.source in _BY_HAND else "api",
        "writtenBy": message.source.value,
        "type": message.type,
        "body": message.content,
        "hasMedia": message.type not in TEXT_TYPES,
        "media": None,
        "mediaUrl": "",
        "replyTo": None,
        "state": message.status.value,
        "ack": ack,
        "ackName": name,
        "errorCode": message.error_code,
        **_moments(message),
        "reactions": [_reaction(one) for one in message.reactions if one.text],
    }


def _addressed(message: Message, own: str) -> dict[str, Any]:
    at = message.received_at or message.sent_at or message.created_at
    from_me = message.direction is Direction.OUTGOING
    return {
        "id": message.whatsapp_message_id or message.id,
        "messageId": message.id,
        "timestamp": int(at.timestamp()),
        "from": own if from_me else message.chat_id,
        "to": message.chat_id if from_me else own,
        "participant": participant_of(message) or "",
        "chatId": message.chat_id,
        "fromMe": from_me,
    }


def _moments(message: Message) -> dict[str, Any]:
    return {
        "createdAt": iso(message.created_at),
        "receivedAt": iso(message.received_at),
        "sentAt": iso(message.sent_at),
        "deliveredAt": iso(message.delivered_at),
        "readAt": iso(message.read_at),
        "editedAt": iso(message.edited_at),
        "revokedAt": iso(message.revoked_at),
    }


def _reaction(reaction: Reaction) -> dict[str, Any]:
    return {"text": reaction.text, "author": reaction.author, "fromMe": reaction.from_me}
