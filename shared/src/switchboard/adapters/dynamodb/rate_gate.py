"""The gate in DynamoDB: a compare-and-swap on the line item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.lines import held, limits_of, read_line
from switchboard.adapters.dynamodb.reading import get_all
from switchboard.adapters.dynamodb.rows import LineRow
from switchboard.adapters.dynamodb.writing import new_mark, update
from switchboard.domain import rate_limit
from switchboard.domain.errors import DependencyUnavailable, Ownership
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.rate_limit import Counts, Limits, Usage
from switchboard.domain.session import Lease
from switchboard.ports.rate_gate import Granted, Refused

_RACES = 4
"""The owner alone takes grants; only a change of limits or a pause moves grant_version between."""


@dataclass(slots=True)
class DynamoRateGate:
    """`RateGate`; DynamoDB's conditions have no arithmetic, so the count is made from a copy.

    The copy is kept between grants and read again when a grant is refused: a steady sender costs
    one write a grant and no read. One line's grants must come one after the other.
    """

    copies: dict[OrganizationId, tuple[Lease, LineRow]] = field(default_factory=dict)

    def grant(self, lease: Lease, now: datetime, *, urgent: bool) -> Granted | Refused:
        """Take a token in all three windows, or say when to ask again.

        A refusal is said from a fresh copy only: limits may have been raised meanwhile.
        """
        with self._forgotten_when_lost(lease):
            return self._grant(lease, now, urgent=urgent)

    def refusal(self, lease: Lease, now: datetime, *, urgent: bool) -> Refused | None:
        """Why no token can be taken now; the next grant uses the copy that was read for it."""
        with self._forgotten_when_lost(lease):
            return _refusal(self._read(lease), now, urgent=urgent)

    def charge(self, lease: Lease, now: datetime) -> None:
        """Count a send that left late, from a fresh copy: it is rare."""
        with self._forgotten_when_lost(lease):
            copy = self._read(lease)
            for _ in range(_RACES):
                if _count(copy, now, new_mark(), _unchanged(lease, copy)):
                    return
                copy = held(copy, lease)
        raise DependencyUnavailable("the line is written to by too many at once")

    def usage(self, organization_id: OrganizationId, now: datetime) -> tuple[Usage, ...]:
        """The whole limits, the reserve included."""
        return _usage(read_line(organization_id), now)

    def usages(
        self, organization_ids: Sequence[OrganizationId], now: datetime
    ) -> Mapping[OrganizationId, tuple[Usage, ...]]:
        """The same for those of these that have a line, in one request."""
        wanted = [(keys.organization(one), keys.SESSION) for one in organization_ids]
        rows = get_all(LineRow, wanted)
        return {keys.organization_of(row.pk): _usage(row, now) for row in rows}

    @contextmanager
    def _forgotten_when_lost(self, lease: Lease) -> Iterator[None]:
        try:
            yield
        except Ownership:
            self.copies.pop(lease.organization_id, None)
            raise

    def _grant(self, lease: Lease, now: datetime, *, urgent: bool) -> Granted | Refused:
        known, copy = self.copies.get(lease.organization_id, (None, None))
        fresh = copy is None or known != lease
        if copy is None or known != lease:
            copy = self._read(lease)
        for _ in range(_RACES):
            refused = _refusal(copy, now, urgent=urgent)
            if refused is None:
                grant_id = new_mark()
                if _take(lease, copy, now, grant_id):
                    return Granted(grant_id, int(copy.per_minute))
                copy, fresh = held(copy, lease), True  # the refused write has read it again
            elif fresh:
                return refused
            else:
                copy, fresh = self._read(lease), True
        raise DependencyUnavailable("the line is written to by too many at once")

    def _read(self, lease: Lease) -> LineRow:
        row = held(read_line(lease.organization_id), lease)
        self.copies[lease.organization_id] = (lease, row)
        return row


def _usage(row: LineRow | None, now: datetime) -> tuple[Usage, ...]:
    limits = limits_of(row) if row is not None else Limits()
    counts = Counts.unpack(row.buckets if row is not None else None)
    return rate_limit.quota(limits, counts, milliseconds(now))


def _take(lease: Lease, copy: LineRow, now: datetime, grant_id: str) -> bool:
    """One write is token, fence and pause; the grant's id is the mark."""
    goes_on = LineRow.paused_until.does_not_exist() | (LineRow.paused_until <= now)
    return _count(copy, now, grant_id, _unchanged(lease, copy) & goes_on)


def _unchanged(lease: Lease, copy: LineRow) -> Condition:
    as_read: Condition = (
        (LineRow.owner == lease.owner)
        & (LineRow.epoch == lease.epoch)
        & (LineRow.grant_version == copy.grant_version)
    )
    return as_read


def _count(copy: LineRow, now: datetime, mark: str, condition: Condition) -> bool:
    counts = Counts.unpack(copy.buckets).plus_one(milliseconds(now))
    actions = setting(LineRow, buckets=counts.pack(), grant_version=copy.grant_version + 1)
    return update(copy, actions, condition, sign="grant_id", mark=mark)


def _refusal(row: LineRow, now: datetime, *, urgent: bool) -> Refused | None:
    if row.paused_until is not None and row.paused_until > now:
        return Refused(row.paused_until, paused=True)
    counts, now_ms = Counts.unpack(row.buckets), milliseconds(now)
    behind = counts.newest_ms() - now_ms
    if behind > rate_limit.SKEW_MS:
        return Refused(now, behind=timedelta(milliseconds=behind))
    windows = rate_limit.usage(limits_of(row), counts, now_ms, urgent=urgent)
    fullest = max(windows, key=lambda window: window.wait)
    return Refused(now + fullest.wait, fullest.window) if fullest.wait else None
