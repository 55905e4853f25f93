"""Spending in DynamoDB; its TTL removes a day's item after forty days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import SpendingRow
from switchboard.adapters.dynamodb.writing import repeatable
from switchboard.domain.ids import OrganizationId

_KEPT = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class DynamoSpending:
    """`Spending`: the set of open turns makes a repeated write harmless."""

    def reserve(
        self, organization_id: OrganizationId, day: date, turn: str, micros: int, cap_micros: int
    ) -> bool:
        """Set aside, when the day's sum stays within the cap."""
        if micros > cap_micros:
            return False
        row = _row(organization_id, day)
        room = SpendingRow.micros.does_not_exist() | (SpendingRow.micros <= cap_micros - micros)
        new = SpendingRow.open.does_not_exist() | ~SpendingRow.open.contains(turn)
        actions = [
            *setting(SpendingRow, kind=SpendingRow, expires_at=_expires_at(day)),
            SpendingRow.micros.add(micros),
            SpendingRow.open.add({turn}),
        ]
        if repeatable(lambda: row.update(actions, room & new)):
            return True
        stored = get(SpendingRow, row.pk, row.sk)
        return stored is not None and turn in (stored.open or ())

    def settle(
        self, organization_id: OrganizationId, day: date, turn: str, reserved: int, actual: int
    ) -> None:
        """Put the real cost in the place of the reservation, once."""
        row = _row(organization_id, day)
        actions = [SpendingRow.micros.add(actual - reserved), SpendingRow.open.delete({turn})]
        repeatable(lambda: row.update(actions, SpendingRow.open.contains(turn)))

    def spent(self, organization_id: OrganizationId, day: date) -> int:
        """The day's sum."""
        row = _row(organization_id, day)
        stored = get(SpendingRow, row.pk, row.sk)
        return int(stored.micros) if stored is not None else 0


def _row(organization_id: OrganizationId, day: date) -> SpendingRow:
    return SpendingRow(keys.organization(organization_id), keys.spending(day))


def _expires_at(day: date) -> int:
    return round((datetime.combine(day, time(), UTC) + _KEPT).timestamp())
