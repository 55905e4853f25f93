"""Pure: what changed in an item -> the events that follow, each with the same id every time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.application.derive_afterwards import carried, derive_afterwards
from switchboard.application.event_payloads import (
    ack_payload,
    contact_payload,
    hand_off_payload,
    limit_payload,
    message_payload,
    restriction_payload,
    status_payload,
)
from switchboard.domain.changes import (
    Change,
    ContactChanged,
    HandOffChanged,
    LineChanged,
    MessageChanged,
    NoticePosted,
)
from switchboard.domain.events import Event, EventName, Known, event_id
from switchboard.domain.ids import OrganizationId, conversation_id, phone_of
from switchboard.domain.message import SENT_OR_BETTER, Direction, Message, MessageStatus
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Session

LINE_GROUP = "line"
"""Orders what is said about the line itself."""
_ENDED = frozenset(
    {
        MessageStatus.FAILED,
        MessageStatus.UNCONFIRMED,
        MessageStatus.CANCELLED,
        MessageStatus.EXPIRED,
    }
)


def derive_events(change: Change, known: Known) -> list[Event]:
    """The events of one change, in order; none when it is nothing that anybody is told."""
    match change.changed:
        case LineChanged(old, new):
            return _line(old, new)
        case MessageChanged():
            news = _message(change.changed, known, change.at)
            return news + derive_afterwards(change.changed, known)
        case ContactChanged(old, new):
            changed = old is None or old.status is not new.status
            return [_contact(change.at, change.changed)] if changed else []
        case HandOffChanged():
            return _hand_off(change.changed, known, change.at)
        case NoticePosted(old, new):
            told = old is not None and old.at == new.at
            limit = new.kind is NoticeKind.LIMIT_REACHED
            return [_limit(change.changed)] if limit and not told else []


def concerns(change: Change) -> OrganizationId:
    """Whose item changed."""
    return change.changed.new.organization_id


def _line(old: Session | None, new: Session) -> list[Event]:
    events = []
    if old is None or (old.status, old.reason) != (new.status, new.reason):
        name = EventName.SESSION_STATUS
        events.append(_of_line(name, new, status_payload(new)))
    if _pause(old) != _pause(new):
        name = EventName.SESSION_RESTRICTION
        events.append(_of_line(name, new, restriction_payload(new)))
    return events


def _pause(line: Session | None) -> tuple[object, ...]:
    if line is None or line.pause_reason is None:
        return ()
    return line.pause_reason, line.paused_until, line.pause_ends_at


def _of_line(name: EventName, new: Session, payload: dict[str, Any]) -> Event:
    """`updated_at` tells this transition from the same one of another day."""
    organization_id, at = new.organization_id, new.updated_at
    id_ = event_id(at, organization_id, "SESSION", name, at.isoformat(), *_texts(payload))
    return Event(id_, name, organization_id, at, LINE_GROUP, payload)


def _message(changed: MessageChanged, known: Known, at: datetime) -> list[Event]:
    old, new = changed.old, changed.new
    if new.direction is Direction.INCOMING:
        if old is not None:
            return []
        names = (EventName.MESSAGE, EventName.MESSAGE_ANY)
        return [_told(changed, name, known, new.created_at) for name in names]
    events = []
    if _left(new) and not (old is not None and _left(old)):
        events.append(_told(changed, EventName.MESSAGE_ANY, known, new.sent_at or at))
    if old is not None and old.status is not new.status and _is_news(new.status):
        events.append(_acked(new, known, _reached_at(new) or at))
    return events


def _reached_at(message: Message) -> datetime | None:
    """When the message got its status; finer than the stream's time, which is in seconds."""
    stamps = {
        MessageStatus.SENT: message.sent_at,
        MessageStatus.DELIVERED: message.delivered_at,
        MessageStatus.READ: message.read_at,
    }
    return stamps.get(message.status)


def _left(message: Message) -> bool:
    """Whether WhatsApp's server has an own message."""
    return message.sent_at is not None or message.status in SENT_OR_BETTER


def _is_news(status: MessageStatus) -> bool:
    return status in SENT_OR_BETTER or status in _ENDED


def _told(changed: MessageChanged, name: EventName, known: Known, at: datetime) -> Event:
    message, long = carried(changed.new)
    own = message.direction is Direction.OUTGOING
    return Event(
        id=event_id(at, message.organization_id, message.id, name),
        name=name,
        organization_id=message.organization_id,
        at=at,
        group=message.conversation_id,
        payload=message_payload(message, known.me),
        sender_phone=known.me.phone if own else known.sender_phone,
        long_body=message.id if changed.long or long else None,
    )


def _acked(message: Message, known: Known, at: datetime) -> Event:
    name = EventName.MESSAGE_ACK
    return Event(
        id=event_id(at, message.organization_id, message.id, name, message.status),
        name=name,
        organization_id=message.organization_id,
        at=at,
        group=message.conversation_id,
        payload=ack_payload(message, known.me),
        sender_phone=known.me.phone,
    )


def _contact(at: datetime, changed: ContactChanged) -> Event:
    new, name = changed.new, EventName.CONTACT_STATUS
    payload = contact_payload(new, changed.old)
    return Event(
        id=event_id(at, new.organization_id, new.id, name, *_texts(payload)),
        name=name,
        organization_id=new.organization_id,
        at=at,
        group=conversation_id(new.id),
        payload=payload,
        sender_phone=new.phone or phone_of(new.chat_id),
    )


def _hand_off(changed: HandOffChanged, known: Known, at: datetime) -> list[Event]:
    """The moment of the hand-off tells it from the conversation's other ones."""
    old, new, name = changed.old, changed.new, EventName.HAND_OFF
    if new.handed_off_at == (old.handed_off_at if old else None):
        return []
    handed = new if new.needs_human else old or new
    moment = new.handed_off_at or at
    mark = handed.handed_off_at.isoformat() if handed.handed_off_at else ""
    return [
        Event(
            id=event_id(moment, new.organization_id, new.id, name, mark, str(new.needs_human)),
            name=name,
            organization_id=new.organization_id,
            at=moment,
            group=new.id,
            payload=hand_off_payload(new, handed),
            sender_phone=known.phone(new.chat_id),
        )
    ]


def _limit(changed: NoticePosted) -> Event:
    notice, name = changed.new, EventName.RATE_LIMIT_REACHED
    told = notice.at.isoformat()
    return Event(
        id=event_id(notice.at, notice.organization_id, name, notice.code, told),
        name=name,
        organization_id=notice.organization_id,
        at=notice.at,
        group=LINE_GROUP,
        payload=limit_payload(notice),
    )


def _texts(payload: dict[str, Any]) -> list[str]:
    return [str(value) for value in payload.values()]
