"""Reads: one row by its key, pages of rows, rows that an index nominates."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import SHARDS, Base
from switchboard.adapters.dynamodb.connection import translated
from switchboard.domain.errors import InvalidInput
from switchboard.domain.moment import milliseconds

_PAGE_ROWS = 1_000
"""Half a megabyte of outbox entries: what a slow network brings within the read time-out."""
_NOT_OURS = "is not a cursor of this listing"


def get[Row: Base](model: type[Row], pk: str, sk: str, *, consistent: bool = True) -> Row | None:
    """One row, or None.

    Raises:
        DependencyUnavailable: DynamoDB did not answer.
    """
    with translated():
        try:
            return model.get(pk, sk, consistent_read=consistent)
        except DoesNotExist:
            return None


def get_all[Row: Base](
    model: type[Row], wanted: Iterable[tuple[str, str]], *, consistent: bool = True
) -> list[Row]:
    """Those of these rows that are there, a hundred a request, in any order.

    Args:
        model: the kind of rows.
        wanted: partition and sort keys, each once.
        consistent: whether they have to be as written last.
    """
    with translated():
        return list(model.batch_get(list(wanted), consistent_read=consistent))


def query[Row: Base](
    model: type[Row],
    pk: str,
    prefix: str | None = None,
    *,
    consistent: bool = False,
    limit: int | None = None,
) -> list[Row]:
    """All rows of a partition, or those under a prefix."""
    condition = None if prefix is None else Base.sk.startswith(prefix)
    with translated():
        return list(
            model.query(
                pk,
                condition,
                consistent_read=consistent,
                limit=limit,
                page_size=limit,
            )
        )


def backwards[Row: Base](model: type[Row], pk: str, prefix: str, at_once: int) -> Iterator[Row]:
    """The rows under a prefix, newest first, read consistently and `at_once` at a time."""
    with translated():
        yield from model.query(
            pk,
            Base.sk.startswith(prefix),
            consistent_read=True,
            scan_index_forward=False,
            page_size=at_once,
        )


def each[Row: Base](
    model: type[Row], pk: str, part: Condition | None = None, *, page_rows: int = _PAGE_ROWS
) -> Iterator[Row]:
    """The rows of a partition, or of a part, one by one, read consistently, a page at a time."""
    with translated():
        yield from model.query(pk, part, consistent_read=True, page_size=page_rows)


def page[Row: Base](
    model: type[Row],
    pk: str,
    prefix: str,
    cursor: str | None,
    limit: int,
    *,
    newest_first: bool = False,
) -> tuple[list[Row], str | None]:
    """A page of rows under a prefix, and the next cursor.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """
    start = None if cursor is None else _start(cursor, pk, prefix)
    with translated():
        rows = list(
            model.query(
                pk,
                Base.sk.startswith(prefix),
                scan_index_forward=not newest_first,
                limit=limit + 1,
                page_size=limit + 1,
                last_evaluated_key=start,
            )
        )
    more = len(rows) > limit
    return rows[:limit], write_cursor(pk, rows[limit - 1].sk) if more else None


def newest[Row: Base](
    model: type[Row], partitions: Sequence[str], prefix: str, cursor: str | None, limit: int
) -> tuple[list[Row], str | None]:
    """A page of what several partitions hold under a prefix as one list, and the next cursor.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """
    first = partitions[0]
    end = f"{prefix}\uffff" if cursor is None else _start(cursor, first, prefix)["sk"]["S"]
    count = limit + 2  # one to know of more, one for the cursor's own row
    rows: list[Row] = []
    with translated():
        for pk in partitions:
            until = Base.sk.between(prefix, end)
            rows += model.query(pk, until, scan_index_forward=False, limit=count, page_size=count)
    found = sorted((row for row in rows if row.sk != end), key=lambda row: row.sk, reverse=True)
    more = len(found) > limit
    return found[:limit], write_cursor(first, found[limit - 1].sk) if more else None


def write_cursor(pk: str, sk: str) -> str:
    """An opaque cursor; it names its partition, so that another listing refuses it."""
    return base64.urlsafe_b64encode(json.dumps([pk, sk]).encode()).decode()


def read_cursor(cursor: str) -> tuple[str, str]:
    """What `write_cursor` wrote.

    Raises:
        InvalidInput: anything else.
    """
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, TypeError) as error:
        raise InvalidInput("cursor", _NOT_OURS) from error
    if not isinstance(pk, str) or not isinstance(sk, str):
        raise InvalidInput("cursor", _NOT_OURS)
    return pk, sk


def nominated(
    kind: str, before: datetime, limit: int, after: datetime | None = None
) -> Sequence[tuple[str, str]]:
    """Keys of rows of a kind of attention that are due, those waiting longest first in a shard.

    With `after` also those beyond it, which a wrong clock wrote: a second query of each shard, as a
    key condition is one range; it nearly always finds nothing.
    """
    ranges = [Base.attention_at < milliseconds(before)]
    if after is not None:
        ranges.append(Base.attention_at > milliseconds(after))
    found: list[tuple[int, str, str]] = []
    for number, due in itertools.product(range(SHARDS), ranges):
        with translated():
            pk = keys.attention_shard(kind, number)
            rows = Base.attention_index.query(pk, due, limit=limit, page_size=limit)
            found += [(int(row.attention_at or 0), row.pk, row.sk) for row in rows]
    return [(pk, sk) for _, pk, sk in sorted(found)[:limit]]


def _start(cursor: str, pk: str, prefix: str) -> dict[str, Any]:
    cursor_pk, sk = read_cursor(cursor)
    if cursor_pk != pk or not sk.startswith(prefix):
        raise InvalidInput("cursor", _NOT_OURS)
    return {"pk": {"S": pk}, "sk": {"S": sk}}
