"""The straight way of an event: from the queue to its receiver, or into the parked lane."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.attempt_delivery import AttemptDelivery
from switchboard.domain.delivery import Delivery, LaneKey, Outcome
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.receiver import Receiver
from switchboard.domain.receiver_health import Health
from switchboard.ports.clock import Clock
from switchboard.ports.lane_timers import LaneTimers
from switchboard.ports.lanes import Lanes
from switchboard.ports.metrics import Metrics
from switchboard.ports.receiver_health_store import ReceiverHealthStore
from switchboard.ports.receiver_store import ReceiverStore

_log = logging.getLogger(__name__)
STRAIGHT_WITHIN = timedelta(seconds=5)
"""One that needs longer is parked, and then given twice the time."""


@dataclass(frozen=True, slots=True)
class DeliverEvent:
    """Tries at most once and never waits: what fails is parked, so that the queue moves on.

    The queue gives one lane's deliveries one after the other, so nobody else tries this lane
    straight meanwhile; while it is parked, new ones go behind the parked ones.

    Raises:
        DependencyUnavailable: the delivery has to come again; the receiver may hear it twice.
    """

    receivers: ReceiverStore
    lanes: Lanes
    health: ReceiverHealthStore
    timers: LaneTimers
    attempt: AttemptDelivery
    clock: Clock
    metrics: Metrics

    def __call__(self, delivery: Delivery) -> None:
        """Deliver or park one."""
        receiver = receiver_of(self.receivers, delivery.organization_id, delivery.receiver_id)
        if receiver is None:
            drop(delivery)
            return
        if self.lanes.add(delivery):
            return
        health = self.health.read(delivery.organization_id, delivery.receiver_id)
        postponed_to = _postponed(health, self.clock.now())
        if postponed_to is not None:
            self._park(delivery, postponed_to)
        else:
            self._try(delivery.tried(), receiver, health)

    def _try(self, delivery: Delivery, receiver: Receiver, health: Health) -> None:
        outcome = self.attempt(delivery, receiver, health, STRAIGHT_WITHIN)
        if outcome is Outcome.RETRIED:
            pause = receiver.retries.pause(delivery.attempts)
            self._park(delivery, self.clock.now() + pause)

    def _park(self, delivery: Delivery, due_at: datetime) -> None:
        self.lanes.open(delivery, due_at)
        key = LaneKey(delivery.organization_id, delivery.lane)
        self.metrics.put(Metric.DELIVERIES_PARKED, organization_id=key.organization_id)
        self.timers.arm(key, due_at - self.clock.now())


def _postponed(health: Health, now: datetime) -> datetime | None:
    """A receiver that failed is tried from the lanes, by one at a time; so is a slow one."""
    if health.failures and health.closed_until is not None:
        return max(now, health.closed_until)
    return now if health.slow(now) else None


def receiver_of(
    receivers: ReceiverStore, organization_id: OrganizationId, receiver_id: str
) -> Receiver | None:
    """The receiver as it is set now; None when it was removed."""
    found = (one for one in receivers.read(organization_id) if one.id == receiver_id)
    return next(found, None)


def drop(delivery: Delivery) -> None:
    """Nobody wants it any more."""
    _log.info(
        "webhook.delivery.dropped",
        extra={
            "organization_id": delivery.organization_id,
            "delivery_id": delivery.id,
            "receiver_id": delivery.receiver_id,
        },
    )
