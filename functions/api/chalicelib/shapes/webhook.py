"""Receivers and deliveries in answers: no key, no header's value, no event's content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.contract.schema import choice, gives, many, moment, nullable, text, whole, yes_or_no
from switchboard.domain.delivery import Attempt, DeadDelivery, Delivery, Failure, Outcome
from switchboard.domain.moment import iso
from switchboard.domain.receiver import Policy, Receiver, Retries

_HMAC = gives(
    "WebhookHmacState",
    {"key": nullable(text("never shown")), "set": yes_or_no("whether requests are signed")},
)
_RETRIES = gives(
    "WebhookRetriesState",
    {"policy": choice(Policy), "delaySeconds": whole(), "attempts": whole()},
)
_HEADER = gives("WebhookHeaderState", {"name": text(), "value": nullable(text("never shown"))})
WEBHOOK = gives(
    "WebhookState",
    {
        "id": text("of the receiver, as the deliveries name it"),
        "url": text(),
        "events": many(text()),
        "hmac": _HMAC,
        "retries": _RETRIES,
        "customHeaders": many(_HEADER),
    },
)
SESSION_WEBHOOK = gives(
    "SessionWebhook",
    {
        "url": text(),
        "events": many(text()),
        "hmac": nullable(gives("SessionHmac", {"key": nullable(text("never shown"))})),
        "retries": _RETRIES,
        "customHeaders": many(
            gives("SessionHeader", {"name": text(), "value": text("never shown: empty")})
        ),
    },
)
"""As WAHA shows a session's receivers; its clients refuse null for a header's value."""
WEBHOOKS = gives("Webhooks", {"webhooks": many(WEBHOOK)})
DELIVERY = gives(
    "Delivery",
    {
        "id": text(),
        "receiver": text(),
        "url": text(),
        "eventId": text("the receiver's idempotency key"),
        "event": text(),
        "attempt": whole("from 1"),
        "at": moment(),
        "durationMs": nullable(whole()),
        "status": nullable(whole("HTTP's, when there was an answer")),
        "error": nullable(choice(Failure)),
        "outcome": choice(Outcome),
    },
)
QUEUED_DELIVERY = gives(
    "QueuedDelivery", {"id": text(), "receiver": text(), "eventId": text(), "event": text()}
)


def webhooks_shape(receivers: list[Receiver]) -> dict[str, Any]:
    """All receivers."""
    return {"webhooks": [_webhook(receiver) for receiver in receivers]}


def attempt_shape(attempt: Attempt) -> dict[str, Any]:
    """One line of the log."""
    answer = attempt.answer
    return {
        "id": attempt.delivery_id,
        "receiver": attempt.receiver_id,
        "url": attempt.url,
        "eventId": attempt.event_id,
        "event": attempt.event_name,
        "attempt": attempt.number,
        "at": iso(attempt.at),
        "durationMs": round(answer.duration.total_seconds() * 1000),
        "status": answer.status,
        "error": answer.failure.value if answer.failure else None,
        "outcome": attempt.outcome.value,
    }


def dead_shape(dead: DeadDelivery) -> dict[str, Any]:
    """A delivery that was given up, in the same shape."""
    return {
        "id": dead.delivery.id,
        "receiver": dead.delivery.receiver_id,
        "url": dead.url,
        "eventId": dead.delivery.event_id,
        "event": dead.delivery.event_name,
        "attempt": dead.delivery.attempts,
        "at": iso(dead.at),
        "durationMs": None,
        "status": dead.status,
        "error": dead.failure.value,
        "outcome": Outcome.DEAD.value,
    }


def queued_shape(delivery: Delivery) -> dict[str, Any]:
    """A delivery on its way."""
    return {
        "id": delivery.id,
        "receiver": delivery.receiver_id,
        "eventId": delivery.event_id,
        "event": delivery.event_name,
    }


def session_webhooks_shape(receivers: Sequence[Receiver]) -> list[dict[str, Any]]:
    """All receivers, in a session's `config`."""
    return [
        {
            "url": receiver.url,
            "events": list(receiver.events),
            "hmac": {"key": None} if receiver.hmac_key is not None else None,
            "retries": _retries(receiver.retries),
            "customHeaders": [{"name": name, "value": ""} for name, _ in receiver.headers],
        }
        for receiver in receivers
    ]


def _retries(retries: Retries) -> dict[str, Any]:
    return {
        "policy": retries.policy.value,
        "delaySeconds": round(retries.delay.total_seconds()),
        "attempts": retries.attempts,
    }


def _webhook(receiver: Receiver) -> dict[str, Any]:
    return {
        "id": receiver.id,
        "url": receiver.url,
        "events": list(receiver.events),
        "hmac": {"key": None, "set": receiver.hmac_key is not None},
        "retries": _retries(receiver.retries),
        "customHeaders": [{"name": name, "value": None} for name, _ in receiver.headers],
    }
