"""Routes that link a phone: QR and pairing code."""

from __future__ import annotations

import io

import segno
from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import ANYTHING, choice, gives, parameters, takes, text
from chalicelib.requests.fields import body, query
from chalicelib.shapes.picture import PICTURE, picture
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind
from switchboard.domain.errors import Conflict, InvalidInput
from switchboard.domain.ids import parse_chat_id, phone_of
from switchboard.domain.session import SessionStatus

blueprint = Routes(__name__)
SCALE = 6
"""Pixels a module: a QR of 400 pixels, which a phone reads from a screen."""
_QR = Operation(
    query=parameters(optional={"format": choice(("image", "raw"), "image when absent")}),
    answer={
        "anyOf": [
            gives("QrValue", {"value": text("what the QR holds")}),
            PICTURE,
        ]
    },
    media=("application/json", "image/png"),
)
_CODE = Operation(
    body=takes(
        "RequestCode",
        {"phoneNumber": text("with the country's code", longest=64)},
        {"method": ANYTHING},
    ),
    answer=gives("PairingCode", {"code": text("to type on the phone")}),
    status=201,
)


@blueprint.route("/api/{session}/auth/qr", methods=["GET"], operation=_QR)
def read_qr(session: str) -> Response:
    """The QR that the line shows now: `format=image` (PNG, or base64 as JSON) or `raw`."""
    request = blueprint.current_request
    name = access.organization(request, session)
    report = api().read_session(name)
    code = report.session.qr_code
    if code is None or report.status is not SessionStatus.WAITING_QR:  # or its host is dead
        raise Conflict("the session shows no QR now")
    if query(request, "format") == "raw":
        return Response({"value": code}, headers={"Cache-Control": "no-store"})
    return picture(request, _png(code), "image/png")


@blueprint.route("/api/{session}/auth/request-code", methods=["POST"], operation=_CODE)
def request_code(session: str) -> Response:
    """A code to type on the phone instead of scanning."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    phone = phone_of(parse_chat_id(body(request)["phoneNumber"], "phoneNumber"))
    if phone is None:
        raise InvalidInput("phoneNumber", "must be a phone number")
    code = api().run_command(name, CommandKind.PAIRING_CODE, phone)
    return Response({"code": code}, status_code=201, headers={"Cache-Control": "no-store"})


def _png(code: str) -> bytes:
    buffer = io.BytesIO()
    segno.make(code, error="l", micro=False).save(buffer, kind="png", scale=SCALE, border=4)
    return buffer.getvalue()
