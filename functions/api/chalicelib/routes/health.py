"""Routes that answer without a key: does the function run."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, gives

blueprint = Routes(__name__)


@blueprint.route(
    "/health",
    methods=["GET"],
    operation=Operation(answer=gives("Health", {"status": choice(("ok",))}), public=True),
)
def health() -> dict[str, Any]:
    """The function runs."""
    return {"status": "ok"}


@blueprint.route(
    "/ping",
    methods=["GET"],
    operation=Operation(answer=gives("Ping", {"message": choice(("pong",))}), public=True),
)
def ping() -> dict[str, Any]:
    """WAHA's ping."""
    return {"message": "pong"}
