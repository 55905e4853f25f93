"""Bodies about a message to send."""

from __future__ import annotations

from chalice.app import Request

from chalicelib.access import organization
from chalicelib.requests.fields import body
from switchboard.application.accept_outbound import AcceptRequest
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id
from switchboard.domain.message import Source, parse_text
from switchboard.domain.outbox import Priority

MAX_KEY = 200
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
    fields.done()
    return AcceptRequest(
        organization_id,
        chat_id,
        text,
        _source(request),
        Priority(priority),
        _idempotency_key(request),
        request.context.get("requestId"),
    )


def _source(request: Request) -> Source:
    own = request.headers.get("x-switchboard-client") == CONSOLE_AGENT
    return Source.CONSOLE if own else Source.API


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput("Idempotency-Key", f"must have 1 to {MAX_KEY} characters")
    return key
