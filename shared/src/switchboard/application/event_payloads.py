"""Payloads of events in WAHA's shapes, with our own fields beside them.

Receivers made of WAHA's document refuse null where it says string, so that what is not known of
`from`, `to` and `participant` is empty.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.events import me_of, own_chat
from switchboard.domain.ids import is_group
from switchboard.domain.message import Direction, Message, MessageStatus, Reaction
from switchboard.domain.moment import iso, milliseconds
from switchboard.domain.notice import Notice
from switchboard.domain.session import Account, Session, SessionStatus

WAHA_STATUS = {
    SessionStatus.STOPPED: "STOPPED",
    SessionStatus.STARTING: "STARTING",
    SessionStatus.WAITING_QR: "SCAN_QR_CODE",
    SessionStatus.CONNECTED: "WORKING",
    SessionStatus.DISCONNECTED: "STARTING",
    SessionStatus.ERROR: "FAILED",
}
ACKS = {
    MessageStatus.QUEUED: (0, "PENDING"),
    MessageStatus.UNCONFIRMED: (0, "PENDING"),
    MessageStatus.SENT: (1, "SERVER"),
    MessageStatus.DELIVERED: (2, "DEVICE"),
    MessageStatus.READ: (3, "READ"),
    MessageStatus.FAILED: (-1, "ERROR"),
    MessageStatus.EXPIRED: (-1, "ERROR"),
    MessageStatus.CANCELLED: (-1, "ERROR"),
    MessageStatus.RECEIVED: (2, "DEVICE"),
}
"""PLAYED (4) is stored as READ; what a contact wrote is on this device."""
TEXT_TYPES = frozenset(
    {
        "chat",
        "vcard",
        "multi_vcard",
        "location",
        "list_response",
        "buttons_response",
        "template_button_reply",
        "interactive_response",
    }
)
_PARTICIPANT = 3
"""Its place in WhatsApp's key `<from me>_<chat>_<id>_<participant>`."""


def status_payload(session: Session) -> dict[str, Any]:
    """`session.status`: WAHA's word in `status`, ours in `state`."""
    return {
        "name": session.organization_id,
        "status": WAHA_STATUS[session.status],
        "state": session.status.value,
        "reason": session.reason.value,
        "wanted": session.wanted.value,
        "statuses": [
            {"status": WAHA_STATUS[session.status], "timestamp": milliseconds(session.updated_at)}
        ],
        "me": me_of(session.account),
    }


def restriction_payload(session: Session) -> dict[str, Any]:
    """`session.restriction`: sending pauses or goes on; the same as the API's route shows."""
    why = session.pause_reason
    return {
        "active": why is not None,
        "kind": why,
        "code": why,
        "expiresAt": iso(session.pause_ends_at),
    }


def message_payload(message: Message, me: Account) -> dict[str, Any]:
    """`message` and `message.any`."""
    has_media = message.type not in TEXT_TYPES
    return {
        **_addressed(message, me),
        "source": "api" if message.source.value in ("api", "agent", "console") else "app",
        "writtenBy": message.source.value,
        "type": message.type,
        "body": message.content,
        "hasMedia": has_media,
        "media": _no_media() if has_media else None,
        "mediaUrl": "",
        "replyTo": None,
        "backfill": message.backfill,
        **_ack(message),
    }


def ack_payload(message: Message, me: Account) -> dict[str, Any]:
    """`message.ack`: how far an own message has come."""
    return {
        **_addressed(message, me),
        "state": message.status.value,
        "errorCode": message.error_code,
        **_ack(message),
    }


def reaction_payload(message: Message, reaction: Reaction, me: Account) -> dict[str, Any]:
    """`message.reaction`: from whoever reacted; an empty text took the reaction back."""
    return {
        **_happened(message, reaction.at, me, from_me=reaction.from_me),
        "participant": reaction.author if is_group(message.chat_id) else "",
        "reaction": {"text": reaction.text, "messageId": _wa_id(message)},
    }


def edited_payload(message: Message, at: datetime, me: Account) -> dict[str, Any]:
    """`message.edited`: the message as it is now."""
    own = message.direction is Direction.OUTGOING
    return {
        **message_payload(message, me),
        **_happened(message, at, me, from_me=own),
        "editedMessageId": _wa_id(message),
    }


def revoked_payload(message: Message, at: datetime, me: Account) -> dict[str, Any]:
    """`message.revoked`: `before` is what the message said."""
    own = message.direction is Direction.OUTGOING
    return {
        **_happened(message, at, me, from_me=own),
        "revokedMessageId": _wa_id(message),
        "before": message_payload(message, me),
        "after": None,
    }


def contact_payload(contact: Contact, previous: Contact | None) -> dict[str, Any]:
    """`contact.status`."""
    return {
        "id": contact.chat_id,
        "contactId": contact.id,
        "phone": contact.phone,
        "lid": contact.lid,
        "name": contact.name,
        "status": contact.status.value,
        "previousStatus": previous.status.value if previous else None,
    }


def hand_off_payload(conversation: Conversation, handed: Conversation) -> dict[str, Any]:
    """`conversation.hand_off`: `active` until a person is there; `handed` tells why and when."""
    return {
        "id": conversation.chat_id,
        "conversationId": conversation.id,
        "contactId": conversation.contact_id,
        "name": conversation.title,
        "active": conversation.needs_human,
        "reason": handed.hand_off_reason,
        "handedOffAt": iso(handed.handed_off_at),
    }


def limit_payload(notice: Notice) -> dict[str, Any]:
    """`rate_limit.reached`: which window is full."""
    return {"window": notice.code, "at": iso(notice.at)}


def participant_of(message: Message) -> str | None:
    """Who wrote in a group, as WhatsApp's key tells it."""
    if not is_group(message.chat_id) or message.whatsapp_message_id is None:
        return None
    parts = message.whatsapp_message_id.split("_")
    return parts[_PARTICIPANT] if len(parts) > _PARTICIPANT else None


def _wa_id(message: Message) -> str:
    return message.whatsapp_message_id or message.id


def _happened(message: Message, at: datetime, me: Account, *, from_me: bool) -> dict[str, Any]:
    """What the three have in common; WhatsApp's own id of such an event is not kept."""
    mine = own_chat(me) or ""
    return {
        "id": f"{_wa_id(message)}_{milliseconds(at)}",
        "messageId": message.id,
        "timestamp": int(at.timestamp()),
        "from": mine if from_me else message.chat_id,
        "to": message.chat_id if from_me else mine,
        "fromMe": from_me,
        "participant": participant_of(message) or "",
        "source": "app",
    }


def _addressed(message: Message, me: Account) -> dict[str, Any]:
    at = message.received_at or message.sent_at or message.created_at
    from_me = message.direction is Direction.OUTGOING
    mine = own_chat(me) or ""
    return {
        "id": message.whatsapp_message_id or message.id,
        "messageId": message.id,
        "timestamp": int(at.timestamp()),
        "from": mine if from_me else message.chat_id,
        "to": message.chat_id if from_me else mine,
        "fromMe": from_me,
        "participant": participant_of(message) or "",
    }


def _ack(message: Message) -> dict[str, Any]:
    ack, name = ACKS[message.status]
    return {"ack": ack, "ackName": name}


def _no_media() -> dict[str, Any]:
    """The file is not fetched; a receiver must be able to tell that from a text."""
    return {"url": None, "mimetype": None, "filename": None, "error": {"code": "not_downloaded"}}
