"""One attempt to deliver an event: sign, post, judge, log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from switchboard.domain.delivery import (
    SLOW_FAILURES,
    Answer,
    Attempt,
    DeadDelivery,
    Delivery,
    Failure,
    Outcome,
    judge,
)
from switchboard.domain.metric import Metric
from switchboard.domain.moment import milliseconds
from switchboard.domain.receiver import Receiver
from switchboard.domain.receiver_health import Health
from switchboard.domain.signature import ALGORITHM, signature
from switchboard.ports.clock import Clock
from switchboard.ports.delivery_log import DeliveryLog
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.receiver_door import ReceiverDoor
from switchboard.ports.receiver_health_store import ReceiverHealthStore

_log = logging.getLogger(__name__)
IDEMPOTENCY_HEADER = "X-Webhook-Idempotency-Key"


@dataclass(frozen=True, slots=True)
class AttemptDelivery:
    """Whoever calls it has looked at the receiver's health, and keeps the delivery on RETRIED.

    Raises:
        DependencyUnavailable: a store did not answer; the event may have been delivered.
    """

    door: ReceiverDoor
    health: ReceiverHealthStore
    log: DeliveryLog
    messages: MessageStore
    clock: Clock
    metrics: Metrics
    new_id: Callable[[], str]

    def __call__(
        self, delivery: Delivery, receiver: Receiver, health: Health, within: timedelta
    ) -> Outcome:
        """Try once; `delivery` counts this attempt already."""
        body = self._body(delivery)
        answer = self.door.post(
            receiver.url, self._headers(receiver, body, delivery), body, within=within
        )
        self._note_health(delivery, health, answer)
        outcome = judge(delivery, answer, receiver.retries, self.clock.now())
        self._record(delivery, receiver, answer, outcome)
        if outcome is Outcome.DEAD:
            self.bury(delivery, receiver, answer.failure or Failure.REFUSED, answer.status)
        return outcome

    def bury(
        self, delivery: Delivery, receiver: Receiver, failure: Failure, status: int | None = None
    ) -> None:
        """Give a delivery up; it can be redriven."""
        now = self.clock.now()
        self.log.bury(DeadDelivery(delivery, receiver.url, failure, status, now))
        self.metrics.put(Metric.DELIVERIES_DEAD, organization_id=delivery.organization_id)
        _log.error("webhook.delivery.dead", extra=_keys(delivery) | {"error_code": failure.value})

    def _body(self, delivery: Delivery) -> bytes:
        event = dict(delivery.event)
        if delivery.long_body is not None:
            message = self.messages.read(delivery.organization_id, delivery.long_body)
            if message is not None:
                event["payload"] = {**event["payload"], "body": message.content}
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode(
            "utf8", "replace"
        )

    def _headers(self, receiver: Receiver, body: bytes, delivery: Delivery) -> dict[str, str]:
        timestamp = str(milliseconds(self.clock.now()))
        headers = {
            **dict(receiver.headers),
            "Content-Type": "application/json",
            "User-Agent": "Switchboard-Webhooks/1",
            "X-Webhook-Request-Id": self.new_id(),
            "X-Webhook-Timestamp": timestamp,
            IDEMPOTENCY_HEADER: delivery.event_id,
        }
        if receiver.hmac_key:
            headers["X-Webhook-Hmac"] = signature(receiver.hmac_key, timestamp, body)
            headers["X-Webhook-Hmac-Algorithm"] = ALGORITHM
        return headers

    def _note_health(self, delivery: Delivery, health: Health, answer: Answer) -> None:
        now = self.clock.now()
        if answer.failure in SLOW_FAILURES:
            changed = health.after_failure(now)
        else:
            changed = health.after_answer(now, answer.duration)
        if changed != health:
            self.health.write(delivery.organization_id, delivery.receiver_id, changed)

    def _record(
        self, delivery: Delivery, receiver: Receiver, answer: Answer, outcome: Outcome
    ) -> None:
        attempt = Attempt(
            delivery.id,
            delivery.organization_id,
            receiver.id,
            receiver.url,
            delivery.event_id,
            delivery.event_name,
            delivery.attempts,
            self.clock.now(),
            answer,
            outcome,
        )
        self.log.record(attempt)
        self._count(attempt)
        more = {
            "outcome": outcome.value,
            "attempt": delivery.attempts,
            "status": answer.status,
            "error_code": answer.failure.value if answer.failure else None,
            "duration_ms": round(answer.duration.total_seconds() * 1000),
        }
        _log.info("webhook.delivery.attempted", extra=_keys(delivery) | more)

    def _count(self, attempt: Attempt) -> None:
        whose, took = attempt.organization_id, attempt.answer.duration.total_seconds() * 1000
        outcome = attempt.outcome.value
        self.metrics.put(Metric.DELIVERY_ATTEMPTS, organization_id=whose, label=outcome)
        self.metrics.put(Metric.ATTEMPT_TIME, took, organization_id=whose)


def _keys(delivery: Delivery) -> dict[str, object]:
    return {
        "organization_id": delivery.organization_id,
        "delivery_id": delivery.id,
        "receiver_id": delivery.receiver_id,
        "correlation_id": delivery.event_id,
    }
