"""Public routes: health, the console page and its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from chalice import Response

from chalicelib.contract.operation import Operation, Routes
from switchboard.domain.errors import NotFound

blueprint = Routes(__name__)

_FOLDER = Path(__file__).parents[2] / "console"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@blueprint.route(
    "/console/{file}",
    methods=["GET"],
    operation=Operation(media=tuple(_TYPES.values()), public=True),
)
def console_file(file: str) -> Response:
    """One file of the console; names outside its folder do not exist."""
    path = _FOLDER / file
    if path.parent != _FOLDER or not path.is_file() or path.suffix not in _TYPES:
        raise NotFound("file")
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers: dict[str, str | list[str]] = {
        **_SECURITY,
        "Content-Type": _TYPES[path.suffix],
        "ETag": tag,
    }
    if blueprint.current_request.headers.get("if-none-match") == tag:
        return Response("", status_code=304, headers=headers)
    return Response(content.decode(), headers=headers)
