"""Pause and resume an organization's sending."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import access
from chalicelib.requests.fields import body
from chalicelib.shapes.session import restriction_shape
from chalicelib.wiring import api

blueprint = Blueprint(__name__)


@blueprint.route("/api/{session}/restriction", methods=["GET"])
def read_restriction(session: str) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    name = access.organization(blueprint.current_request, session)
    return restriction_shape(api().read_session(name))


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
