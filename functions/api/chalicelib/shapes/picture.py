"""Images: as bytes, or as base64 for those who ask for JSON."""

from __future__ import annotations

import base64

from chalice import Response
from chalice.app import Request

from chalicelib.contract.schema import gives, text

PICTURE = gives("Base64File", {"mimetype": text(), "data": text("base64")})


def picture(request: Request, image: bytes, mimetype: str) -> Response:
    """Never kept by a cache: it shows a code or people's chats."""
    if "application/json" in request.headers.get("accept", ""):
        body = {"mimetype": mimetype, "data": base64.b64encode(image).decode()}
        return Response(body, headers={"Cache-Control": "no-store"})
    return Response(image, headers={"Content-Type": mimetype, "Cache-Control": "no-store"})
