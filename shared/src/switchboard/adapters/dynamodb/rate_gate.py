"""The gate in DynamoDB: a compare-and-swap on the line item."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from switchboard.adapters.dynamodb.base import milliseconds, setting
from switchboard.adapters.dynamodb.connection import done
from switchboard.adapters.dynamodb.lines import limits_of, lost, read_line
from switchboard.adapters.dynamodb.rows import LineRow
from switchboard.domain import rate_limit
from switchboard.domain.errors import DependencyUnavailable, LeaseLost
from switchboard.domain.ids import OrganizationId
from switchboard.domain.rate_limit import Counts, Limits, Usage
from switchboard.domain.session import Lease
from switchboard.ports.rate_gate import Granted, Refused

_RACES = 4
"""Only a change of limits, a pause or the owner itself moves grant_version."""


@dataclass(frozen=True, slots=True)
class DynamoRateGate:
    """`RateGate`; DynamoDB's conditions have no arithmetic, so the count is made from a copy.

    The copy is kept between grants and read again when a grant is refused: a steady sender costs
    one write a grant and no read.
    """

    copies: dict[Lease, LineRow] = field(default_factory=dict)

    def grant(self, lease: Lease, now: datetime, *, urgent: bool) -> Granted | Refused:
        """Take a token in all three windows, or say when to ask again.

        A refusal is said from a fresh copy only: limits may have been raised meanwhile.
        """
        copy, fresh = self.copies.get(lease), False
        for _ in range(_RACES):
            if copy is None:
                copy, fresh = self._read(lease), True
            refused = _refusal(copy, now, urgent=urgent)
            if refused is None:
                granted = self._take(lease, copy, now)
                if granted is not None:
                    return granted
            elif fresh:
                return refused
            copy = None
        raise DependencyUnavailable("the line is written to by too many at once")

    def usage(self, organization_id: OrganizationId, now: datetime) -> tuple[Usage, ...]:
        """The whole limits, the reserve included."""
        row = read_line(organization_id)
        limits = limits_of(row) if row is not None else Limits()
        counts = Counts.unpack(row.buckets if row is not None else None)
        return rate_limit.usage(limits, counts, milliseconds(now), urgent=True)

    def _read(self, lease: Lease) -> LineRow:
        why = lost(lease)
        row = read_line(lease.organization_id)
        if why is not None or row is None:
            self.copies.pop(lease, None)
            raise why or LeaseLost(f"the line {lease.organization_id} is gone")
        self.copies[lease] = row
        return row

    def _take(self, lease: Lease, copy: LineRow, now: datetime) -> Granted | None:
        """One write is token, fence and pause. None: read again."""
        grant_id = uuid.uuid4().hex
        counts = Counts.unpack(copy.buckets).plus_one(milliseconds(now))
        actions = setting(
            LineRow,
            buckets=counts.pack(),
            grant_version=copy.grant_version + 1,
            grant_id=grant_id,
        )
        condition = (
            (LineRow.owner == lease.owner)
            & (LineRow.epoch == lease.epoch)
            & (LineRow.grant_version == copy.grant_version)
            & (LineRow.paused_until.does_not_exist() | (LineRow.paused_until <= now))
        )
        if done(lambda: copy.update(actions, condition)):
            return Granted(grant_id)
        stored = self._read(lease)  # the SDK may have repeated a write whose reply was lost
        return Granted(grant_id) if stored.grant_id == grant_id else None


def _refusal(row: LineRow, now: datetime, *, urgent: bool) -> Refused | None:
    if row.paused_until is not None and row.paused_until > now:
        return Refused(row.paused_until, paused=True)
    windows = rate_limit.usage(
        limits_of(row), Counts.unpack(row.buckets), milliseconds(now), urgent=urgent
    )
    fullest = max(windows, key=lambda window: window.wait)
    return Refused(now + fullest.wait, fullest.window) if fullest.wait else None
