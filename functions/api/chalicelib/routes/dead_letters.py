"""Routes of messages that failed: what and why, and another try."""

from __future__ import annotations

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, gives, many, parameters, takes, text, yes_or_no
from chalicelib.requests.fields import PAGE, body, page, path
from chalicelib.shapes.dead_letter import DEAD_LETTER, dead_letter_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.domain.ids import parse_message_id
from switchboard.domain.message import MessageStatus

blueprint = Routes(__name__)
_REDRIVE = takes(
    "Redrive",
    optional={"unconfirmed": yes_or_no("also one that may have reached the contact")},
)
_QUEUED = gives("Redriven", {"id": text("our id"), "state": choice(MessageStatus)})


@blueprint.route(
    "/api/{session}/dead-letters",
    methods=["GET"],
    operation=Operation(query=parameters(optional=PAGE), answer=many(DEAD_LETTER)),
)
def list_dead_letters(session: str) -> Response:
    """What ended FAILED or UNCONFIRMED, the last accepted first."""
    request = blueprint.current_request
    name = access.organization(request, session)
    return listing(api().messages.failed(name, *page(request)), dead_letter_shape)


@blueprint.route(
    "/api/{session}/dead-letters/{message}/redrive",
    methods=["POST"],
    operation=Operation(body=_REDRIVE, answer=_QUEUED, status=202),
)
def redrive_dead_letter(session: str, message: str) -> Response:
    """Queue a FAILED message again; an UNCONFIRMED one only with `unconfirmed: true`."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    unconfirmed = body(request).get("unconfirmed") is True
    message_id = parse_message_id(path(message), "message")
    queued = api().messages.redrive(name, message_id, unconfirmed=unconfirmed)
    return Response({"id": queued.id, "state": queued.status.value}, status_code=202)
