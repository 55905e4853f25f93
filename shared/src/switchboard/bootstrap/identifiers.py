"""What is drawn: ids (ULIDs, so that they sort by time) and secrets."""

from __future__ import annotations

import secrets

from ulid import ULID

from switchboard.domain.ids import MessageId

SECRET_BYTES = 32


def new_id() -> str:
    """A ULID of 26 characters."""
    return str(ULID())


def new_message_id() -> MessageId:
    """A new message id."""
    return MessageId(new_id())


def new_secret() -> str:
    """An API key of 256 random bits; its prefix lets scanners of leaked secrets find it."""
    return "sb_" + secrets.token_urlsafe(SECRET_BYTES)
