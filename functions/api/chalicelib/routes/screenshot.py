"""Route of the page's picture, for operators."""

from __future__ import annotations

import base64

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import parameters
from chalicelib.requests.fields import query
from chalicelib.requests.outbound import SESSION
from chalicelib.shapes.picture import PICTURE, picture
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind

blueprint = Routes(__name__)
_SCREENSHOT = Operation(
    query=parameters({"session": SESSION}),
    answer=PICTURE,
    media=("application/json", "image/jpeg"),
)


@blueprint.route("/api/screenshot", methods=["GET"], operation=_SCREENSHOT)
def screenshot() -> Response:
    """What the line's page shows now; the line must run."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    image = base64.b64decode(api().run_command(name, CommandKind.SCREENSHOT, ""))
    return picture(request, image, "image/jpeg")
