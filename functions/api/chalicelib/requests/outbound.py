"""Bodies about a message to send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Request

from chalicelib.access import organization
from chalicelib.contract.schema import ANYTHING, Schema, choice, moment, takes, text
from chalicelib.requests.fields import body
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id
from switchboard.domain.message import MAX_TEXT_CODE_POINTS, Source, parse_text
from switchboard.domain.outbox import Priority

MAX_KEY = 200
LONGEST_AHEAD = timedelta(days=366)
CONSOLE_AGENT = "switchboard-console"

IDEMPOTENCY_KEY: dict[str, Schema] = {
    "Idempotency-Key": text(
        "the same key with the same body is the same message", shortest=1, longest=MAX_KEY
    )
}
SESSION = text("the line's name", longest=64)
CHAT = text("`<phone>@c.us`, `<id>@lid`, `<id>@g.us` or a phone number", longest=64)
_TAKEN_NOT_USED = ("id", "reply_to", "linkPreview", "linkPreviewHighQuality", "mentions")
"""WAHA's clients send them; a text goes without."""

SEND_TEXT = takes(
    "SendText",
    {"session": SESSION, "chatId": CHAT, "text": text(shortest=1, longest=MAX_TEXT_CODE_POINTS)},
    {
        "priority": choice(Priority, "normal when absent"),
        "sendAt": moment("not before then; at most a year ahead"),
        "expiresAt": moment("not after then: the message ends EXPIRED"),
        **dict.fromkeys(_TAKEN_NOT_USED, ANYTHING),
    },
)


def parse_outbound(request: Request) -> AcceptRequest:
    """A text for a chat.

    Raises:
        InvalidInput: naming the field.
    """
    given = body(request)
    organization_id = organization(request, given["session"], write=True)
    now = datetime.now(UTC)
    send_at, expires_at = _moment(given, "sendAt"), _moment(given, "expiresAt")
    if expires_at is not None and expires_at <= max(send_at or now, now):
        raise InvalidInput("expiresAt", "must lie in the future, and after sendAt")
    return AcceptRequest(
        organization_id,
        parse_chat_id(given["chatId"]),
        parse_text(given["text"]),
        _source(request),
        Priority(given.get("priority") or Priority.NORMAL),
        _idempotency_key(request),
        request.context.get("requestId"),
        send_at,
        expires_at,
    )


def _moment(given: Mapping[str, Any], name: str) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        said = datetime.fromisoformat(text)
        moment = said.astimezone(UTC) if said.tzinfo else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise InvalidInput(name, "must be a time of ISO 8601 with its offset from UTC")
    if moment > datetime.now(UTC) + LONGEST_AHEAD:
        raise InvalidInput(name, f"must lie at most {LONGEST_AHEAD.days} days ahead")
    return moment


def _source(request: Request) -> Source:
    own = request.headers.get("x-switchboard-client") == CONSOLE_AGENT
    return Source.CONSOLE if own else Source.API


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not (1 <= len(key) <= MAX_KEY and key.isprintable()):
        raise InvalidInput("Idempotency-Key", f"must have 1 to {MAX_KEY} printable characters")
    return key
