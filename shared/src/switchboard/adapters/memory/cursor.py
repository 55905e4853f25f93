"""Opaque cursors: where a listing goes on, bound to the listing that gave them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from switchboard.domain.errors import InvalidInput
from switchboard.domain.page import Page

_SEPARATOR = "\x1f"


def cut[Item](
    rows: Iterable[tuple[str, Item]], listing: str, cursor: str | None, limit: int
) -> Page[Item]:
    """Take the page after `cursor` from rows in the listing's order.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """
    waiting = list(rows)
    if cursor is not None:
        last = _read(listing, cursor)
        keys = [key for key, _ in waiting]
        start = keys.index(last) + 1 if last in keys else len(keys)
        waiting = waiting[start:]
    page, rest = waiting[:limit], waiting[limit:]
    following = _write(listing, page[-1][0]) if page and rest else None
    return Page([item for _, item in page], following)


def _write(listing: str, key: str) -> str:
    return base64.urlsafe_b64encode(f"{listing}{_SEPARATOR}{key}".encode()).decode()


def _read(listing: str, cursor: str) -> str:
    try:
        owner, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition(_SEPARATOR)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("cursor", "is not a cursor of this listing") from error
    if owner != listing:
        raise InvalidInput("cursor", "is not a cursor of this listing")
    return key
