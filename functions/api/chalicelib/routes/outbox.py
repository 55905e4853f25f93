"""What waits to be sent."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import access
from chalicelib.requests.fields import page
from chalicelib.shapes.outbox import outbox_shape
from chalicelib.wiring import api

blueprint = Blueprint(__name__)


@blueprint.route("/api/{session}/outbox", methods=["GET"])
def read_outbox(session: str) -> dict[str, Any]:
    """The first entries in sending order with their positions, and counts of all."""
    request = blueprint.current_request
    name = access.organization(request, session)
    _, limit = page(request)
    return outbox_shape(api().list_outbox(name, limit))
