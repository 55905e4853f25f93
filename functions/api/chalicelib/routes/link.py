"""Linking a line: its QR as image and raw, and the code for a phone number."""

from __future__ import annotations

import base64
import io
from typing import Any

import segno
from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import body, query
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind
from switchboard.domain.errors import Conflict, InvalidInput
from switchboard.domain.ids import parse_chat_id, phone_of

blueprint = Blueprint(__name__)
SCALE = 6


@blueprint.route("/api/{session}/auth/qr", methods=["GET"])
def read_qr(session: str) -> Response:
    """The QR that the line shows now: `format=image` (PNG, or base64 as JSON) or `raw`."""
    request = blueprint.current_request
    name = access.organization(request, session)
    wanted = query(request, "format") or "image"
    if wanted not in ("image", "raw"):
        raise InvalidInput("format", "must be image or raw")
    code = api().read_session(name).session.qr_code
    if code is None:
        raise Conflict("the session shows no QR now")
    if wanted == "raw":
        return Response({"value": code})
    png = _png(code)
    if "application/json" in request.headers.get("accept", ""):
        return Response({"mimetype": "image/png", "data": base64.b64encode(png).decode()})
    return Response(png, headers={"Content-Type": "image/png", "Cache-Control": "no-store"})


@blueprint.route("/api/{session}/auth/request-code", methods=["POST"])
def request_code(session: str) -> dict[str, Any]:
    """A code to type on the phone instead of scanning."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    fields = body(request)
    phone = phone_of(parse_chat_id(fields.take("phoneNumber", str, required=True), "phoneNumber"))
    fields.taken.add("method")
    fields.done()
    if phone is None:
        raise InvalidInput("phoneNumber", "must be a phone number")
    return {"code": api().run_command(name, CommandKind.PAIRING_CODE, phone)}


def _png(code: str) -> bytes:
    buffer = io.BytesIO()
    segno.make(code, error="l", micro=False).save(buffer, kind="png", scale=SCALE, border=4)
    return buffer.getvalue()
