"""Ids that are drawn: ULIDs, so that they sort by time."""

from __future__ import annotations

from ulid import ULID

from switchboard.domain.ids import MessageId


def new_id() -> str:
    """A ULID of 26 characters."""
    return str(ULID())


def new_message_id() -> MessageId:
    """A new message id."""
    return MessageId(new_id())
