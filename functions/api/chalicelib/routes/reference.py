"""The API's own description: the OpenAPI document and a page that shows it. Neither is secret."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from chalice import Chalice, Response

from chalicelib.contract.document import document
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import ANYTHING
from chalicelib.requests.fields import path
from chalicelib.static import TYPES, static_file

blueprint = Routes(__name__)
_FOLDER = Path(__file__).parents[2] / "reference"


@blueprint.route(
    "/api/openapi.json", methods=["GET"], operation=Operation(answer=ANYTHING, public=True)
)
def openapi() -> Response:
    """This document."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": "max-age=300",
    }
    return Response(_written(blueprint.current_app), headers=headers)


@blueprint.route(
    "/reference/{file}",
    methods=["GET"],
    operation=Operation(media=tuple(TYPES.values()), public=True),
)
def reference_file(file: str) -> Response:
    """One file of the page that shows this document."""
    return static_file(blueprint.current_request, _FOLDER, path(file))


@functools.cache
def _written(app: Chalice) -> str:
    return json.dumps(document(app))
