"""Conversation rows: to and from the domain, and what a new message changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.rows import ConversationRow
from switchboard.domain.conversation import Conversation, Moved
from switchboard.domain.ids import ChatId, ContactId, ConversationId, OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.moment import milliseconds

UNANSWERED = "unanswered"
PREVIEW_CODE_POINTS = 200
"""A list shows the beginning of the last message; its whole is in the message item."""


def conversation_key(conversation: Conversation) -> ConversationRow:
    """The row's key, for an update."""
    pk = keys.organization(conversation.organization_id)
    return ConversationRow(pk, keys.conversation(conversation.id))


def as_read(conversation: Conversation) -> Any:
    """The condition that nothing was asked or answered since."""
    return (ConversationRow.in_version == conversation.in_version) & (
        ConversationRow.answered_version == conversation.answered_version
    )


def new_row(conversation: Conversation) -> ConversationRow:
    """A fresh ACTIVE conversation."""
    return ConversationRow(
        keys.organization(conversation.organization_id),
        keys.conversation(conversation.id),
        id=conversation.id,
        organization_id=conversation.organization_id,
        contact_id=conversation.contact_id,
        chat_id=conversation.chat_id,
        created_at=conversation.created_at,
        status=conversation.status,
        channel=conversation.channel,
        title=conversation.title,
        merged=conversation.merged,
    )


def conversation_of(row: ConversationRow) -> Conversation:
    """The domain's view of a row."""
    return Conversation(
        id=ConversationId(row.id),
        organization_id=OrganizationId(row.organization_id),
        contact_id=ContactId(row.contact_id),
        chat_id=ChatId(row.chat_id),
        created_at=row.created_at,
        status=row.status,
        channel=row.channel,
        in_version=int(row.in_version),
        answered_version=int(row.answered_version),
        first_pending_at=row.first_pending_at,
        answer_token=row.answer_token,
        answer_until=row.answer_until,
        discarded=row.discarded,
        next_seq=int(row.next_seq),
        heard_at=row.heard_at,
        last_message_at=row.last_message_at,
        last_message=row.last_message,
        correlation_id=row.correlation_id,
        unread=int(row.unread),
        needs_human=row.needs_human,
        hand_off_reason=row.hand_off_reason,
        handed_off_at=row.handed_off_at,
        title=row.title,
        moved=tuple(Moved(*part) for part in row.moved or ()),
        merged=row.merged,
    )


def packed_moved(moved: Sequence[Moved]) -> list[list[Any]] | None:
    """As the row keeps them; None for no attribute."""
    return [[one.conversation_id, one.after, one.up_to, one.shift] for one in moved] or None


def joined_changes(before: Conversation, after: Conversation) -> dict[str, Any]:
    """What a merge changes in the conversation that goes on, the unread count aside."""
    same = {"unread", "first_pending_at", "moved"}
    names = {field.name for field in fields(after)} - same
    changes = {
        name: getattr(after, name)
        for name in sorted(names)
        if getattr(after, name) != getattr(before, name)
    }
    if after.moved != before.moved and after.first_pending_at is not None:
        changes["moved"] = packed_moved(after.moved)
        changes |= waiting(after.organization_id, after.first_pending_at)
    return changes


def left_changes(after: Conversation) -> dict[str, Any]:
    """What a merge changes in the conversation that ends."""
    return {
        "merged": True,
        "in_version": after.in_version,
        "answered_version": after.answered_version,
        "answer_token": None,
        "answer_until": None,
        "discarded": False,
        "moved": None,
        "unread": 0,
        **settled(),
        **released(),
    }


def last_message(conversation: Conversation, message: Message) -> dict[str, Any]:
    """The preview, unless the message is older than what it shows (found by a scan)."""
    at = message.received_at or message.sent_at or message.created_at
    if conversation.last_message_at is not None and at < conversation.last_message_at:
        return {}
    return {"last_message_at": at, "last_message": message.content[:PREVIEW_CODE_POINTS]}


def heard(conversation: Conversation, message: Message) -> dict[str, Any]:
    """When the contact last wrote; a scan also finds what is older than that."""
    moments = (conversation.heard_at, message.received_at)
    return {"heard_at": max((one for one in moments if one is not None), default=None)}


def waiting(organization_id: OrganizationId, since: datetime) -> dict[str, Any]:
    """Attention attributes of an unanswered conversation."""
    return {
        "first_pending_at": since,
        "attention": keys.attention(UNANSWERED, organization_id),
        "attention_at": milliseconds(since),
    }


def settled() -> dict[str, Any]:
    """Attention attributes of an answered conversation."""
    return {"first_pending_at": None, "attention": None, "attention_at": None}


def handed_off(reason: str | None, now: datetime) -> dict[str, Any]:
    """Attributes of a conversation that waits for a person."""
    return {"needs_human": True, "hand_off_reason": reason, "handed_off_at": now}


def released() -> dict[str, Any]:
    """The same attributes once a person was there."""
    return {"needs_human": False, "hand_off_reason": None, "handed_off_at": None}
