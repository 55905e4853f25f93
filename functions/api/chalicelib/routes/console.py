"""The console's files."""

from __future__ import annotations

from pathlib import Path

from chalice import Response

from chalicelib.contract.operation import Operation, Routes
from chalicelib.requests.fields import path
from chalicelib.static import TYPES, static_file

blueprint = Routes(__name__)
_FOLDER = Path(__file__).parents[2] / "console"


@blueprint.route(
    "/console/{file}",
    methods=["GET"],
    operation=Operation(media=tuple(TYPES.values()), public=True),
)
def console_file(file: str) -> Response:
    """One file of the console; names outside its folder do not exist."""
    return static_file(blueprint.current_request, _FOLDER, path(file))
