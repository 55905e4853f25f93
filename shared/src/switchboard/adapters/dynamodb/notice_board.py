"""Notices in DynamoDB; its TTL removes them after a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.reading import query
from switchboard.adapters.dynamodb.rows import NoticeRow
from switchboard.adapters.dynamodb.writing import repeatable, update
from switchboard.domain.ids import OrganizationId
from switchboard.domain.notice import REPEAT_AFTER, Notice, NoticeKind

_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DynamoNoticeBoard:
    """`NoticeBoard`."""

    def post(self, notice: Notice) -> bool:
        """Store a notice, unless it was told lately."""
        row = NoticeRow(keys.organization(notice.organization_id), keys.notice(notice.place))
        actions = setting(
            NoticeRow,
            kind=NoticeRow,  # an update that makes the row does not name its kind by itself
            code=notice.code,
            told_at=notice.at,
            settled=None,
            expires_at=round((notice.at + _KEPT).timestamp()),
        )
        news = (
            NoticeRow.pk.does_not_exist()
            | NoticeRow.settled.exists()
            | (NoticeRow.code != notice.code)
            | (NoticeRow.told_at <= notice.at - REPEAT_AFTER)
        )
        return update(row, actions, news)

    def settle(self, organization_id: OrganizationId, kind: NoticeKind) -> None:
        """The next notice of the kind is news; a kind that was never told needs nothing."""
        row = NoticeRow(keys.organization(organization_id), keys.notice(kind.value))
        told = NoticeRow.pk.exists()
        repeatable(lambda: row.update(setting(NoticeRow, settled=True), told))

    def of(self, organization_id: OrganizationId) -> Sequence[Notice]:
        """The last notice of each kind, newest first."""
        rows = query(NoticeRow, keys.organization(organization_id), keys.NOTICE, consistent=True)
        return sorted(
            map(notice_of, rows), key=lambda notice: (notice.at, notice.kind), reverse=True
        )


def notice_of(row: NoticeRow) -> Notice:
    """The domain's view of a row."""
    kind = NoticeKind(row.sk.removeprefix(keys.NOTICE).partition("#")[0])
    return Notice(keys.organization_of(row.pk), kind, row.code, row.told_at)
