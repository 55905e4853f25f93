"""Receivers and their health in DynamoDB."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import get, get_all
from switchboard.adapters.dynamodb.webhook_rows import ReceiverHealthRow, ReceiversRow
from switchboard.adapters.dynamodb.writing import update
from switchboard.domain.ids import OrganizationId
from switchboard.domain.receiver import Policy, Receiver, Retries
from switchboard.domain.receiver_health import Health


@dataclass(frozen=True, slots=True)
class DynamoReceiverStore:
    """`ReceiverStore`: one item, encrypted by the table's key."""

    def read(self, organization_id: OrganizationId) -> Sequence[Receiver]:
        """All receivers."""
        row = get(ReceiversRow, keys.organization(organization_id), keys.WEBHOOKS)
        return () if row is None else _receivers(row)

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Sequence[Receiver]]:
        """All receivers of these, in one request."""
        wanted = [(keys.organization(one), keys.WEBHOOKS) for one in organization_ids]
        rows = get_all(ReceiversRow, wanted)
        return {keys.organization_of(row.pk): _receivers(row) for row in rows}

    def replace(self, organization_id: OrganizationId, receivers: Sequence[Receiver]) -> None:
        """Put these in the place of all."""
        row = ReceiversRow(
            keys.organization(organization_id),
            keys.WEBHOOKS,
            receivers=json.dumps([_fields(one) for one in receivers], ensure_ascii=False),
        )
        with translated():
            row.save()


@dataclass(frozen=True, slots=True)
class DynamoReceiverHealthStore:
    """`ReceiverHealthStore`."""

    def read(self, organization_id: OrganizationId, receiver_id: str) -> Health:
        """The present health."""
        pk, sk = keys.organization(organization_id), keys.receiver(receiver_id)
        row = get(ReceiverHealthRow, pk, sk)
        if row is None:
            return Health()
        return Health(int(row.failures), row.closed_until, row.slow_until)

    def take_probe(
        self, organization_id: OrganizationId, receiver_id: str, health: Health, until: datetime
    ) -> bool:
        """Be the one who tries."""
        row = _key(organization_id, receiver_id)
        seen, stored = health.closed_until, ReceiverHealthRow.closed_until
        same = stored.does_not_exist() if seen is None else stored == seen
        actions = setting(ReceiverHealthRow, kind=ReceiverHealthRow, closed_until=until)
        return update(row, actions, same)

    def write(self, organization_id: OrganizationId, receiver_id: str, health: Health) -> None:
        """Store what an attempt told."""
        row = _key(organization_id, receiver_id)
        row.failures = health.failures
        row.closed_until, row.slow_until = health.closed_until, health.slow_until
        with translated():
            row.save()


def _key(organization_id: OrganizationId, receiver_id: str) -> ReceiverHealthRow:
    return ReceiverHealthRow(keys.organization(organization_id), keys.receiver(receiver_id))


def _fields(receiver: Receiver) -> dict[str, Any]:
    retries = receiver.retries
    return {
        "url": receiver.url,
        "events": list(receiver.events),
        "hmac_key": receiver.hmac_key,
        "policy": retries.policy.value,
        "delay_ms": round(retries.delay.total_seconds() * 1000),
        "attempts": retries.attempts,
        "headers": [list(header) for header in receiver.headers],
    }


def _receivers(row: ReceiversRow) -> tuple[Receiver, ...]:
    return tuple(_receiver(one) for one in json.loads(row.receivers))


def _receiver(fields: dict[str, Any]) -> Receiver:
    delay = timedelta(milliseconds=fields["delay_ms"])
    return Receiver(
        url=fields["url"],
        events=tuple(fields["events"]),
        hmac_key=fields["hmac_key"],
        retries=Retries(Policy(fields["policy"]), delay, fields["attempts"]),
        headers=tuple((name, value) for name, value in fields["headers"]),
    )
