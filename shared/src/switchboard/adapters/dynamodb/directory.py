"""The directory of organizations: lists lines in order without a scan."""

from __future__ import annotations

from collections.abc import Sequence

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import SHARDS
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.lines import session_of
from switchboard.adapters.dynamodb.reading import get_all, read_cursor, write_cursor
from switchboard.adapters.dynamodb.rows import DirectoryRow, LineRow
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import OrganizationId, parse_organization_id
from switchboard.domain.page import Page
from switchboard.domain.session import Session, Wanted

_LISTING = "sessions"


def enter(organization_id: OrganizationId) -> None:
    """Write an organization's entry; entries stay when a line is deleted."""
    with translated():
        DirectoryRow(keys.directory(organization_id), organization_id).save()


def live_lines(cursor: str | None, limit: int) -> Page[Session]:
    """Lines that are not deleted, by organization id.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """
    after, more = _place(cursor), True
    found: list[Session] = []
    while more and len(found) <= limit:
        names = _names(after, limit + 1)
        found += _live(names)
        after, more = (names[-1], True) if len(names) > limit else ("", False)
    items = found[:limit]
    following = write_cursor(_LISTING, items[-1].organization_id) if len(found) > limit else None
    return Page(items, following)


def _names(after: str, count: int) -> list[str]:
    """The next names of all shards: each shard's first `count` hold the whole's first `count`."""
    later = DirectoryRow.sk > after if after else None
    names: list[str] = []
    for number in range(SHARDS):
        with translated():
            pk = keys.directory_shard(number)
            rows = DirectoryRow.query(pk, later, limit=count, page_size=count)
            names += [row.sk for row in rows]
    return sorted(names)[:count]


def _live(names: Sequence[str]) -> list[Session]:
    """An entry without a line is a creation that broke off: the next one completes it."""
    wanted = [(keys.organization(OrganizationId(name)), keys.SESSION) for name in names]
    lines = sorted(
        (session_of(row) for row in get_all(LineRow, wanted)), key=lambda line: line.organization_id
    )
    return [line for line in lines if line.wanted is not Wanted.DELETED]


def _place(cursor: str | None) -> str:
    if cursor is None:
        return ""
    listing, name = read_cursor(cursor)
    if listing != _LISTING:
        raise InvalidInput("cursor", "is not a cursor of this listing")
    return parse_organization_id(name, "cursor")
