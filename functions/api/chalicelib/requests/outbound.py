"""Bodies about a message to send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalice.app import Request

from chalicelib.access import organization
from chalicelib.requests.fields import Fields, body
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id
from switchboard.domain.message import Source, parse_text
from switchboard.domain.outbox import Priority

MAX_KEY = 200
LONGEST_AHEAD = timedelta(days=366)
CONSOLE_AGENT = "switchboard-console"


def parse_outbound(request: Request) -> AcceptRequest:
    """A text for a chat.

    Raises:
        InvalidInput: naming the field.
    """
    fields = body(request)
    session = fields.take("session", str, required=True)
    organization_id = organization(request, session, write=True)
    chat_id = parse_chat_id(fields.take("chatId", str, required=True))
    text = parse_text(fields.take("text", str, required=True))
    priority = fields.take("priority", str) or Priority.NORMAL.value
    if priority not in {one.value for one in Priority}:
        raise InvalidInput("priority", "must be urgent, normal or bulk")
    for known in ("reply_to", "linkPreview", "linkPreviewHighQuality", "mentions"):
        fields.taken.add(known)  # WAHA clients send them; a text goes without
    send_at, expires_at = _moment(fields, "sendAt"), _moment(fields, "expiresAt")
    fields.done()
    if expires_at is not None and expires_at <= max(send_at or expires_at, datetime.now(UTC)):
        raise InvalidInput("expiresAt", "must lie in the future, and after sendAt")
    return AcceptRequest(
        organization_id,
        chat_id,
        text,
        _source(request),
        Priority(priority),
        _idempotency_key(request),
        request.context.get("requestId"),
        send_at,
        expires_at,
    )


def _moment(fields: Fields, name: str) -> datetime | None:
    text = fields.take(name, str)
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text)
        moment = given.astimezone(UTC) if given.tzinfo else None
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
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput("Idempotency-Key", f"must have 1 to {MAX_KEY} characters")
    return key
