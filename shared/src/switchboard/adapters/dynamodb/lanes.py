"""Parked lanes in DynamoDB: a lane item, and beside it one item a delivery in its order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.packing import pack, unpack
from switchboard.adapters.dynamodb.reading import get, nominated, query
from switchboard.adapters.dynamodb.webhook_rows import LaneRow, ParkedRow
from switchboard.adapters.dynamodb.writing import new_mark, repeatable, transact, update
from switchboard.domain.delivery import Delivery, LaneKey
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds

LANE_DUE = "webhook"
_RACES = 4
"""Only the one worker that holds the lane closes it, so that a second try is rare."""


@dataclass(frozen=True, slots=True)
class DynamoLanes:
    """`Lanes`; `tail` counts what was parked, so that a lane is not closed under a newcomer."""

    def add(self, delivery: Delivery) -> bool:
        """Park behind the others; most often one read says that there is no lane."""
        key = LaneKey(delivery.organization_id, delivery.lane)
        if _lane(key) is None:
            return False
        return _park(delivery, [LaneRow.tail.set(LaneRow.tail + 1)], LaneRow.pk.exists())

    def open(self, delivery: Delivery, due_at: datetime) -> None:
        """Park a delivery, in a new lane unless one is there."""
        actions = setting(LaneRow, kind=LaneRow, tail=1, **_due(delivery.organization_id, due_at))
        for _ in range(_RACES):
            if _park(delivery, actions, LaneRow.pk.does_not_exist()) or self.add(delivery):
                return
        raise DependencyUnavailable("the lane is opened and closed by too many at once")

    def claim(self, key: LaneKey, token: str, now: datetime, until: datetime) -> bool:
        """Become the one who empties the lane; the token is the mark."""
        free = LaneRow.held_until.does_not_exist() | (LaneRow.held_until <= now)
        mine = free | (LaneRow.token == token)
        condition = LaneRow.pk.exists() & (LaneRow.due_at <= now) & mine
        actions = setting(LaneRow, held_until=until)
        return update(_row(key), actions, condition, sign="token", mark=token)

    def first(self, key: LaneKey) -> Delivery | None:
        """What is to go next."""
        pk = keys.lane(key.organization_id, key.lane)
        rows = query(ParkedRow, pk, keys.PARKED, consistent=True, limit=1)
        return unpack(rows[0].packed_delivery) if rows else None

    def remove(self, key: LaneKey, delivery: Delivery) -> None:
        """Forget a delivery."""
        pk, sk = keys.lane(key.organization_id, key.lane), keys.parked(delivery.order)
        with translated():
            ParkedRow(pk, sk).delete()

    def postpone(
        self, key: LaneKey, token: str, due_at: datetime, delivery: Delivery | None = None
    ) -> bool:
        """Give the claim back until then; the mark tells a lost reply from a lost claim."""
        mark = new_mark()
        changes = {"token": None, "held_until": None, "write_id": mark}
        actions = setting(LaneRow, **changes, **_due(key.organization_id, due_at))

        def build(writes: TransactWrite) -> None:
            writes.update(_row(key), actions, condition=LaneRow.token == token)
            if delivery is not None:
                writes.save(_parked(delivery))

        return transact(build, lambda: _written_by(key) == mark)

    def close(self, key: LaneKey, token: str) -> bool:
        """Take an empty lane away; another's claim sees to the rest by itself."""
        lane = _lane(key)
        if lane is None or lane.token != token:
            return True
        if self.first(key) is not None:
            return False
        same = (LaneRow.token == token) & (LaneRow.tail == lane.tail)
        return repeatable(lambda: _row(key).delete(same))

    def due(self, before: datetime, limit: int) -> Sequence[LaneKey]:
        """Lanes whose time came, from the index."""
        return [
            LaneKey(keys.organization_of(pk), keys.lane_of(pk))
            for pk, _ in nominated(LANE_DUE, before, limit)
        ]


def _park(delivery: Delivery, actions: list[Any], condition: Condition) -> bool:
    """The lane and the delivery in one transaction; False when the condition did not hold."""
    key, mark = LaneKey(delivery.organization_id, delivery.lane), new_mark()
    marked = [*actions, LaneRow.write_id.set(mark)]

    def build(writes: TransactWrite) -> None:
        writes.update(_row(key), marked, condition=condition)
        writes.save(_parked(delivery))

    return transact(build, lambda: _written_by(key) == mark)


def _parked(delivery: Delivery) -> ParkedRow:
    pk = keys.lane(delivery.organization_id, delivery.lane)
    return ParkedRow(pk, keys.parked(delivery.order), packed_delivery=pack(delivery))


def _row(key: LaneKey) -> LaneRow:
    return LaneRow(keys.lane(key.organization_id, key.lane), keys.LANE)


def _lane(key: LaneKey) -> LaneRow | None:
    return get(LaneRow, keys.lane(key.organization_id, key.lane), keys.LANE)


def _written_by(key: LaneKey) -> str | None:
    lane = _lane(key)
    return lane.write_id if lane is not None else None


def _due(organization_id: OrganizationId, due_at: datetime) -> dict[str, Any]:
    """Due, and nominated for the sweeper from then on."""
    return {
        "due_at": due_at,
        "attention": keys.attention(LANE_DUE, organization_id),
        "attention_at": milliseconds(due_at),
    }
