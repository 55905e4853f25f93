"""The route of what is left of the limits."""

from __future__ import annotations

from typing import Any

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.shapes.quota import QUOTA, quota_shape
from chalicelib.wiring import api

blueprint = Routes(__name__)


@blueprint.route("/api/{session}/quota", methods=["GET"], operation=Operation(answer=QUOTA))
def read_quota(session: str) -> list[dict[str, Any]]:
    """Limit, used and left of each window, and when there is room again."""
    name = access.organization(blueprint.current_request, session)
    return quota_shape(api().read_quota(name))
