"""Routes that send, read and cancel messages."""

from __future__ import annotations

import functools
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, gives, many, nullable, parameters, text, whole
from chalicelib.requests.fields import WAHA_PAGE, path, query, window
from chalicelib.requests.outbound import CHAT, IDEMPOTENCY_KEY, SEND_TEXT, SESSION, parse_outbound
from chalicelib.shapes.listing import listing
from chalicelib.shapes.message import MESSAGE, message_shape
from chalicelib.wiring import api
from switchboard.domain.ids import OrganizationId, parse_chat_id, parse_message_id, parse_wa_hex
from switchboard.domain.message import Message, MessageStatus

blueprint = Routes(__name__)
_ACCEPTED = gives("Accepted", {"id": text("our id"), "state": choice(MessageStatus)})
_STATE = gives(
    "MessageState",
    {
        **MESSAGE["properties"],
        "queuePosition": nullable(whole("from 1, some seconds old; null: not queued any more")),
    },
)
_WHOSE = parameters({"session": SESSION})
_OF_CHAT = parameters({"session": SESSION, "chatId": CHAT}, WAHA_PAGE)


@blueprint.route(
    "/api/sendText",
    methods=["POST"],
    operation=Operation(body=SEND_TEXT, headers=IDEMPOTENCY_KEY, answer=MESSAGE, status=201),
)
def send_text() -> Response:
    """WAHA's send: 201 with the message, whose id equals the id in every later ack."""
    message = api().messages.accept(parse_outbound(blueprint.current_request)).message
    account = api().read_account(message.organization_id)
    return Response(message_shape(message, account), status_code=201)


@blueprint.route(
    "/api/messages",
    methods=["POST"],
    operation=Operation(body=SEND_TEXT, headers=IDEMPOTENCY_KEY, answer=_ACCEPTED, status=202),
)
def post_message() -> Response:
    """Accept a message: 202 with its id."""
    message = api().messages.accept(parse_outbound(blueprint.current_request)).message
    return Response({"id": message.id, "state": message.status.value}, status_code=202)


@blueprint.route(
    "/api/messages", methods=["GET"], operation=Operation(query=_OF_CHAT, answer=many(MESSAGE))
)
def list_chat_messages() -> Response:
    """WAHA's older way to a chat's messages, newest first."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    chat_id = parse_chat_id(query(request, "chatId"))
    account = api().read_account(name)
    found = window(request, functools.partial(api().messages.page, name, chat_id))
    return listing(found, lambda message: message_shape(message, account))


@blueprint.route(
    "/api/messages/{message}", methods=["GET"], operation=Operation(query=_WHOSE, answer=_STATE)
)
def read_message(message: str) -> dict[str, Any]:
    """What became of a message."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    account = api().read_account(name)
    found = _found(name, path(message))
    return {**message_shape(found, account), "queuePosition": api().messages.position(found)}


@blueprint.route(
    "/api/messages/{message}", methods=["DELETE"], operation=Operation(query=_WHOSE, status=204)
)
def cancel_message(message: str) -> Response:
    """Take back a message that is not yet being sent."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"), write=True)
    api().messages.cancel(name, _found(name, path(message)).id)
    return Response(None, status_code=204)


def _found(name: OrganizationId, text: str) -> Message:
    """By our id, or by WhatsApp's key, which is what `sendText` and acks call `id`."""
    if text.startswith(("true_", "false_")):
        return api().messages.read.by_key(name, parse_wa_hex(text, "id"))
    return api().messages.read(name, parse_message_id(text))
