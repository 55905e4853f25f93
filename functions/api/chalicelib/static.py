"""Files of the pages that the function serves; nothing outside their folder exists."""

from __future__ import annotations

import hashlib
from pathlib import Path

from chalice import Response
from chalice.app import Request

from switchboard.domain.errors import NotFound

TYPES = {
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


def static_file(request: Request, folder: Path, name: str) -> Response:
    """One file, or 304 when the caller has it.

    Raises:
        NotFound: no such file directly in the folder, or not of a kind that is served.
    """
    path = folder / name
    if "\x00" in name or path.parent != folder or path.suffix not in TYPES or not path.is_file():
        raise NotFound("file")
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers: dict[str, str | list[str]] = {
        **_SECURITY,
        "Content-Type": TYPES[path.suffix],
        "ETag": tag,
    }
    if request.headers.get("if-none-match") == tag:
        return Response("", status_code=304, headers=headers)
    return Response(content.decode(), headers=headers)
