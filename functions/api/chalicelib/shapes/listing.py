"""Listings: a plain array as WAHA's clients expect, the cursor in a header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalice import Response

from switchboard.domain.page import Page

CURSOR_HEADER = "X-Next-Cursor"


def listing[Item](page: Page[Item], shape: Callable[[Item], dict[str, Any]]) -> Response:
    """An array of shapes."""
    headers: dict[str, str | list[str]] = {CURSOR_HEADER: page.cursor} if page.cursor else {}
    return Response([shape(item) for item in page.items], headers=headers)
