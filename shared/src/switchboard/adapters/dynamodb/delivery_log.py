"""The delivery log in DynamoDB; its TTL forgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.packing import pack, unpack
from switchboard.adapters.dynamodb.reading import get, page
from switchboard.adapters.dynamodb.webhook_rows import AttemptRow, DeadDeliveryRow
from switchboard.domain.delivery import Answer, Attempt, DeadDelivery, Failure, Outcome
from switchboard.domain.ids import OrganizationId
from switchboard.domain.page import Page

_ATTEMPTS_KEPT = timedelta(days=7)
_DEAD_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DynamoDeliveryLog:
    """`DeliveryLog`."""

    def record(self, attempt: Attempt) -> None:
        """Note one attempt."""
        with translated():
            _attempt_row(attempt).save()

    def attempts(
        self, organization_id: OrganizationId, receiver_id: str, cursor: str | None, limit: int
    ) -> Page[Attempt]:
        """The attempts at one receiver, newest first."""
        pk = keys.attempts(organization_id, receiver_id)
        rows, following = page(AttemptRow, pk, keys.ATTEMPT, cursor, limit, newest_first=True)
        return Page([_attempt(row) for row in rows], following)

    def bury(self, dead: DeadDelivery) -> None:
        """Keep a delivery that was given up."""
        row = DeadDeliveryRow(
            keys.organization(dead.delivery.organization_id),
            keys.dead(dead.delivery.id),
            packed_delivery=pack(dead.delivery),
            url=dead.url,
            failure=dead.failure.value,
            http_status=dead.status,
            died_at=dead.at,
            expires_at=_end(dead.at, _DEAD_KEPT),
        )
        with translated():
            row.save()

    def dead(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[DeadDelivery]:
        """What was given up, oldest first."""
        pk = keys.organization(organization_id)
        rows, following = page(DeadDeliveryRow, pk, keys.DEAD, cursor, limit)
        return Page([_dead(row) for row in rows], following)

    def find_dead(self, organization_id: OrganizationId, delivery_id: str) -> DeadDelivery | None:
        """One that was given up."""
        pk, sk = keys.organization(organization_id), keys.dead(delivery_id)
        row = get(DeadDeliveryRow, pk, sk)
        return None if row is None else _dead(row)

    def forget_dead(self, organization_id: OrganizationId, delivery_id: str) -> None:
        """Remove it."""
        sk = keys.dead(delivery_id)
        with translated():
            DeadDeliveryRow(keys.organization(organization_id), sk).delete()


def _end(at: datetime, kept: timedelta) -> int:
    return round((at + kept).timestamp())


def _attempt_row(attempt: Attempt) -> AttemptRow:
    answer = attempt.answer
    return AttemptRow(
        keys.attempts(attempt.organization_id, attempt.receiver_id),
        keys.attempt(attempt.at, attempt.delivery_id),
        delivery_id=attempt.delivery_id,
        url=attempt.url,
        event_id=attempt.event_id,
        event_name=attempt.event_name,
        number=attempt.number,
        tried_at=attempt.at,
        duration_ms=round(answer.duration.total_seconds() * 1000),
        http_status=answer.status,
        failure=answer.failure.value if answer.failure else None,
        outcome=attempt.outcome.value,
        expires_at=_end(attempt.at, _ATTEMPTS_KEPT),
    )


def _attempt(row: AttemptRow) -> Attempt:
    answer = Answer(
        timedelta(milliseconds=int(row.duration_ms)),
        None if row.http_status is None else int(row.http_status),
        None if row.failure is None else Failure(row.failure),
    )
    return Attempt(
        delivery_id=row.delivery_id,
        organization_id=keys.organization_of(row.pk),
        receiver_id=row.pk.rpartition("#")[2],
        url=row.url,
        event_id=row.event_id,
        event_name=row.event_name,
        number=int(row.number),
        at=row.tried_at,
        answer=answer,
        outcome=Outcome(row.outcome),
    )


def _dead(row: DeadDeliveryRow) -> DeadDelivery:
    status = None if row.http_status is None else int(row.http_status)
    delivery = unpack(row.packed_delivery)
    return DeadDelivery(delivery, row.url, Failure(row.failure), status, row.died_at)
