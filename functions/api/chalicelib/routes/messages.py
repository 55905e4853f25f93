"""Messages: send, read, cancel."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import query
from chalicelib.requests.outbound import parse_outbound
from chalicelib.shapes.message import message_shape
from chalicelib.wiring import api
from switchboard.domain.ids import parse_message_id

blueprint = Blueprint(__name__)


@blueprint.route("/api/sendText", methods=["POST"])
def send_text() -> Response:
    """WAHA's send: 201 with the message, whose id equals the id in every later ack."""
    accepted = api().accept_outbound(parse_outbound(blueprint.current_request))
    return Response(message_shape(accepted.message), status_code=201)


@blueprint.route("/api/messages", methods=["POST"])
def post_message() -> Response:
    """Accept a message: 202 with its id."""
    message = api().accept_outbound(parse_outbound(blueprint.current_request)).message
    return Response({"id": message.id, "state": message.status.value}, status_code=202)


@blueprint.route("/api/messages/{message}", methods=["GET"])
def read_message(message: str) -> dict[str, Any]:
    """What became of a message."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    return message_shape(api().read_message(name, parse_message_id(message)))


@blueprint.route("/api/messages/{message}", methods=["DELETE"])
def cancel_message(message: str) -> Response:
    """Take back a message that is not yet being sent."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"), write=True)
    api().cancel_message(name, parse_message_id(message))
    return Response(None, status_code=204)
