"""Bodies of the send-queue, the timer queue, the session-start queue and the hosts' queues."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import (
    ConversationId,
    MessageId,
    OrganizationId,
    parse_message_id,
    parse_organization_id,
)
from switchboard.domain.json_fields import object_in

_CONVERSATION = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Send:
    """An accepted message to dispatch."""

    organization_id: OrganizationId
    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Timer:
    """A burst that should be over."""

    organization_id: OrganizationId
    conversation_id: ConversationId
    in_version: int


@dataclass(frozen=True, slots=True)
class WakeUp:
    """With a message: that entry is READY. Without: look at the line item and its commands."""

    organization_id: OrganizationId
    message_id: MessageId | None = None


def parse_send(body: str) -> Send:
    """Parse a send-queue body.

    Raises:
        InvalidInput: naming the field.
    """
    fields = object_in(body)
    return Send(_organization(fields), parse_message_id(fields.get("message_id"), "message_id"))


def parse_timer(body: str) -> Timer:
    """Parse a timer queue body.

    Raises:
        InvalidInput: naming the field.
    """
    fields = object_in(body)
    version, conversation = fields.get("in_version"), fields.get("conversation_id")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise InvalidInput("in_version", "must be a whole number from 1")
    if not isinstance(conversation, str) or not _CONVERSATION.fullmatch(conversation):
        raise InvalidInput("conversation_id", "must be 32 hex digits")
    return Timer(_organization(fields), ConversationId(conversation), version)


def parse_wake_up(body: str) -> WakeUp:
    """Parse a session-start or a wake-up body.

    Raises:
        InvalidInput: naming the field.
    """
    fields = object_in(body)
    raw = fields.get("message_id")
    message_id = None if raw is None else parse_message_id(raw, "message_id")
    return WakeUp(_organization(fields), message_id)


def to_body(**fields: str | int | None) -> str:
    """Write a body; None is left out."""
    return json.dumps({key: value for key, value in fields.items() if value is not None})


def _organization(fields: Mapping[str, Any]) -> OrganizationId:
    return parse_organization_id(fields.get("organization_id"), "organization_id")
