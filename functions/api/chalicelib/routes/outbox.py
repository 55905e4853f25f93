"""Routes of the outbox."""

from __future__ import annotations

from typing import Any

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import parameters
from chalicelib.requests.fields import PAGE, page
from chalicelib.shapes.outbox import OUTBOX, outbox_shape
from chalicelib.wiring import api

blueprint = Routes(__name__)
_FIRST = parameters(optional={"limit": PAGE["limit"]})


@blueprint.route(
    "/api/{session}/outbox", methods=["GET"], operation=Operation(query=_FIRST, answer=OUTBOX)
)
def read_outbox(session: str) -> dict[str, Any]:
    """The first entries in sending order with their positions, and counts of all."""
    request = blueprint.current_request
    name = access.organization(request, session)
    _, limit = page(request)
    return outbox_shape(api().list_outbox(name, limit))
