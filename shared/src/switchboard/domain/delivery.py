"""One event on its way to one receiver, and what becomes of it after an attempt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from switchboard.domain.errors import InvalidInput
from switchboard.domain.events import Event, Known, derived_ulid, envelope
from switchboard.domain.ids import (
    MessageId,
    OrganizationId,
    derive,
    parse_message_id,
    parse_organization_id,
)
from switchboard.domain.json_fields import a_whole, an_object, object_in
from switchboard.domain.moment import milliseconds
from switchboard.domain.receiver import Receiver, Retries

UNTRIED_PATIENCE = timedelta(hours=1)
"""An event waits at least so long for a receiver that nobody reaches before it is given up."""
_DELIVERY = re.compile(r"dlv_[0-9A-HJKMNP-TV-Z]{26}")
_HEX = re.compile(r"[0-9a-f]{16,32}")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class LaneKey:
    """What one receiver hears of one conversation."""

    organization_id: OrganizationId
    lane: str


class Failure(StrEnum):
    """Why an attempt did not count."""

    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    """No connection, or one that broke."""
    UNRESOLVABLE = "unresolvable"
    TLS_FAILED = "tls_failed"
    REDIRECTED = "redirected"
    """Redirects are not followed."""
    REFUSED = "refused"
    """An answer that is not 2xx."""
    FORBIDDEN_ADDRESS = "forbidden_address"
    """The name leads into a private network; never tried again."""
    ATTEMPTS_USED = "attempts_used"
    """Given up while nobody reached the receiver."""


SLOW_FAILURES = frozenset({Failure.TIMED_OUT, Failure.UNREACHABLE, Failure.UNRESOLVABLE})
"""Those that say something about the receiver rather than about one event."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event for a receiver; what one receiver hears of one conversation is a lane."""

    id: str
    organization_id: OrganizationId
    receiver_id: str
    lane: str
    order: str
    """Sorts within the lane."""
    event: Mapping[str, Any]
    """The envelope."""
    created_at: datetime
    attempts: int = 0
    long_body: MessageId | None = None

    @property
    def event_id(self) -> str:
        """The receiver's idempotency key."""
        return str(self.event["id"])

    @property
    def event_name(self) -> str:
        """For the log."""
        return str(self.event["event"])

    def tried(self) -> Delivery:
        """After one more attempt."""
        return replace(self, attempts=self.attempts + 1)

    def renewed(self, now: datetime) -> Delivery:
        """With all its attempts before it; the event and its id stay."""
        return replace(self, attempts=0, created_at=now)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt led to; `failure` None is a success."""

    duration: timedelta
    status: int | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A line of the delivery log."""

    delivery_id: str
    organization_id: OrganizationId
    receiver_id: str
    url: str
    event_id: str
    event_name: str
    number: int
    at: datetime
    answer: Answer
    outcome: Outcome


class Outcome(StrEnum):
    """What an attempt means for its delivery."""

    DELIVERED = "delivered"
    RETRIED = "retried"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    """Kept with its event until somebody redrives it or it is forgotten."""

    delivery: Delivery
    url: str
    failure: Failure
    status: int | None
    at: datetime


def delivery_of(event: Event, known: Known, receiver: Receiver, order: str) -> Delivery:
    """The delivery of an event; the same every time."""
    return Delivery(
        id=f"dlv_{derived_ulid(event.at, 'delivery', event.id, receiver.id)}",
        organization_id=event.organization_id,
        receiver_id=receiver.id,
        lane=derive("lane", event.organization_id, receiver.id, event.group),
        order=order,
        event=envelope(event, known.me, known.metadata),
        created_at=event.at,
        long_body=event.long_body,
    )


def judge(delivery: Delivery, answer: Answer, retries: Retries, now: datetime) -> Outcome:
    """What follows from an attempt that `delivery.attempts` counts already.

    Dead is also what fails after the time that its retries last: behind a receiver that was away
    for days, each event gets one more try and not its whole schedule again.
    """
    if answer.failure is None:
        return Outcome.DELIVERED
    late = now - delivery.created_at >= retries.lasting
    used = delivery.attempts >= retries.attempts or (late and delivery.attempts > 1)
    dead = used or answer.failure is Failure.FORBIDDEN_ADDRESS
    return Outcome.DEAD if dead else Outcome.RETRIED


def given_up(delivery: Delivery, retries: Retries, now: datetime) -> bool:
    """Whether an event has waited long enough for a receiver that nobody reaches."""
    least = timedelta() if delivery.attempts else UNTRIED_PATIENCE
    return now - delivery.created_at >= max(retries.lasting, least)


def parse_delivery_id(text: str, field: str = "id") -> str:
    """A delivery's id.

    Raises:
        InvalidInput: anything else.
    """
    if not _DELIVERY.fullmatch(text):
        raise InvalidInput(field, "must be a delivery id as given by this API")
    return text


def to_wire(delivery: Delivery) -> dict[str, Any]:
    """The JSON object that travels on the queue and stands in the table."""
    return {
        "v": _VERSION,
        "id": delivery.id,
        "organization_id": delivery.organization_id,
        "receiver_id": delivery.receiver_id,
        "lane": delivery.lane,
        "order": delivery.order,
        "event": dict(delivery.event),
        "created_ms": milliseconds(delivery.created_at),
        "attempts": delivery.attempts,
        "long_body": delivery.long_body,
    }


def from_wire(body: str) -> Delivery:
    """Parse what `to_wire` wrote.

    Raises:
        InvalidInput: naming the field.
    """
    fields = object_in(body)
    if fields.get("v") != _VERSION:
        raise InvalidInput("v", f"must be {_VERSION}")
    event = an_object(fields.get("event"), "event")
    for name in ("id", "event"):
        _string(event, name, r"[\x21-\x7e]{1,100}")
    long_body = fields.get("long_body")
    return Delivery(
        id=parse_delivery_id(_string(fields, "id", ".+")),
        organization_id=parse_organization_id(fields.get("organization_id"), "organization_id"),
        receiver_id=_string(fields, "receiver_id", _HEX.pattern),
        lane=_string(fields, "lane", _HEX.pattern),
        order=_string(fields, "order", r"[0-9A-Za-z_.-]{1,80}"),
        event=event,
        created_at=datetime.fromtimestamp(_whole(fields, "created_ms") / 1000, UTC),
        attempts=_whole(fields, "attempts"),
        long_body=None if long_body is None else parse_message_id(long_body, "long_body"),
    )


def parse_lane(body: str) -> LaneKey:
    """Parse the body of a lane's timer.

    Raises:
        InvalidInput: naming the field.
    """
    fields = object_in(body)
    organization_id = parse_organization_id(fields.get("organization_id"), "organization_id")
    return LaneKey(organization_id, _string(fields, "lane", _HEX.pattern))


def _string(fields: Mapping[str, Any], name: str, pattern: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise InvalidInput(name, "is missing or not of its form")
    return value


def _whole(fields: Mapping[str, Any], name: str) -> int:
    value = a_whole(fields.get(name), name)
    if not 0 <= value < 1 << 48:
        raise InvalidInput(name, "must be a whole number from 0")
    return value
