"""Pause and resume an organization's sending, and what operators were told about it."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import access
from chalicelib.requests.fields import body
from chalicelib.shapes.session import restriction_shape
from chalicelib.shapes.times import iso
from chalicelib.wiring import api

blueprint = Blueprint(__name__)


@blueprint.route("/api/{session}/restriction", methods=["GET"])
def read_restriction(session: str) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    name = access.organization(blueprint.current_request, session)
    return restriction_shape(api().read_session(name))


@blueprint.route("/api/{session}/notices", methods=["GET"])
def list_notices(session: str) -> list[dict[str, Any]]:
    """What operators were told: the last notice of each kind, newest first."""
    name = access.organization(blueprint.current_request, session)
    return [
        {"kind": notice.kind.value, "code": notice.code, "at": iso(notice.at)}
        for notice in api().list_notices(name)
    ]


@blueprint.route("/api/{session}/restriction", methods=["POST"])
def set_restriction(session: str) -> dict[str, Any]:
    """`active: true` pauses, `false` resumes; the queue is kept."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    fields = body(request)
    active = fields.take("active", bool, required=True)
    fields.done()
    if active:
        api().pause_sending(name)
    else:
        api().resume_sending(name)
    return restriction_shape(api().read_session(name))
