"""Notices in DynamoDB; its TTL removes them after a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.lines import NO_ATTENTION
from switchboard.adapters.dynamodb.reading import get_all, nominated, query
from switchboard.adapters.dynamodb.rows import NoticeRow
from switchboard.adapters.dynamodb.writing import repeatable, update
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.notice import REPEAT_AFTER, TELLING, Notice, NoticeKind

_KEPT = timedelta(days=30)
UNTOLD = "untold"
"""Kind of attention: it reached nobody, or is being told until `attention_at`."""


@dataclass(frozen=True, slots=True)
class DynamoNoticeBoard:
    """`NoticeBoard`."""

    def post(self, notice: Notice) -> bool:
        """Store a notice, unless it was told lately."""
        row = _row(notice)
        actions = setting(
            NoticeRow,
            kind=NoticeRow,  # an update that makes the row does not name its kind by itself
            code=notice.code,
            told_at=notice.at,
            settled=None,
            attention=keys.attention(UNTOLD, notice.organization_id),
            attention_at=milliseconds(notice.at + TELLING),
            expires_at=round((notice.at + _KEPT).timestamp()),
        )
        news = (
            NoticeRow.pk.does_not_exist()
            | NoticeRow.settled.exists()
            | (NoticeRow.code != notice.code)
            | (NoticeRow.told_at <= notice.at - REPEAT_AFTER)
            | (NoticeRow.attention_at <= milliseconds(notice.at))
        )
        return update(row, actions, news)

    def told(self, notice: Notice) -> None:
        """Nothing waits any more."""
        _set_untold(notice, **NO_ATTENTION)

    def untold(self, notice: Notice) -> None:
        """The next one is news at once."""
        _set_untold(notice, attention_at=milliseconds(notice.at))

    def overdue(self, now: datetime, limit: int) -> Sequence[Notice]:
        """From the index; the rows are read by their keys."""
        return list(map(notice_of, get_all(NoticeRow, nominated(UNTOLD, now, limit))))

    def take(self, notice: Notice, now: datetime) -> bool:
        """Unless somebody else is at it, or it is told."""
        mine = setting(NoticeRow, attention_at=milliseconds(now + TELLING))
        free = NoticeRow.attention_at <= milliseconds(now)
        return update(_row(notice), mine, _untold(notice) & free)

    def settle(self, organization_id: OrganizationId, kind: NoticeKind) -> None:
        """The next notice of the kind is news; a kind that was never told needs nothing."""
        row = NoticeRow(keys.organization(organization_id), keys.notice(kind.value))
        actions = setting(NoticeRow, settled=True, **NO_ATTENTION)
        repeatable(lambda: row.update(actions, NoticeRow.pk.exists()))

    def of(self, organization_id: OrganizationId) -> Sequence[Notice]:
        """The last notice of each kind, newest first."""
        rows = query(NoticeRow, keys.organization(organization_id), keys.NOTICE, consistent=True)
        return sorted(
            map(notice_of, rows), key=lambda notice: (notice.at, notice.kind), reverse=True
        )


def _row(notice: Notice) -> NoticeRow:
    return NoticeRow(keys.organization(notice.organization_id), keys.notice(notice.place))


def _set_untold(notice: Notice, **changes: Any) -> None:
    """Unless another one has taken its place, or a person has acted on it."""
    actions, untold = setting(NoticeRow, **changes), _untold(notice)
    repeatable(lambda: _row(notice).update(actions, untold))


def _untold(notice: Notice) -> Condition:
    untold: Condition = (
        NoticeRow.attention.exists()
        & (NoticeRow.told_at == notice.at)
        & (NoticeRow.code == notice.code)
    )
    return untold


def notice_of(row: NoticeRow) -> Notice:
    """The domain's view of a row."""
    kind = NoticeKind(row.sk.removeprefix(keys.NOTICE).partition("#")[0])
    return Notice(keys.organization_of(row.pk), kind, row.code, row.told_at)
