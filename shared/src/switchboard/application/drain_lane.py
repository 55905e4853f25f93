"""Empty a parked lane in order, as long as its receiver takes what it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.application.attempt_delivery import AttemptDelivery
from switchboard.application.deliver_event import drop, receiver_of
from switchboard.domain.delivery import Delivery, Failure, LaneKey, Outcome, given_up
from switchboard.domain.receiver import Receiver
from switchboard.domain.receiver_health import Health
from switchboard.ports.clock import Clock
from switchboard.ports.lane_timers import LaneTimers
from switchboard.ports.lanes import Lanes
from switchboard.ports.receiver_health_store import ReceiverHealthStore
from switchboard.ports.receiver_store import ReceiverStore

PARKED_WITHIN = timedelta(seconds=10)
TURN = timedelta(seconds=20)
"""After this the lane goes back to the end of the queue: others wait as well."""
CLAIMED_FOR = timedelta(seconds=90)
"""Longer than the function may run, so that a claim ends only with its holder."""
EARLY = timedelta(seconds=1)
"""A timer of a machine whose clock runs ahead is as good as one in time."""


@dataclass(frozen=True, slots=True)
class DrainLane:
    """One worker empties a lane; the others' timers for it find the claim and end.

    Raises:
        DependencyUnavailable: the timer has to come again.
    """

    receivers: ReceiverStore
    lanes: Lanes
    health: ReceiverHealthStore
    timers: LaneTimers
    attempt: AttemptDelivery
    clock: Clock
    new_token: Callable[[], str]

    def __call__(self, key: LaneKey) -> int:
        """Work a lane off; how many deliveries are done with."""
        token, now = self.new_token(), self.clock.now()
        if not self.lanes.claim(key, token, now + EARLY, now + CLAIMED_FOR):
            return 0
        done = 0
        while self.clock.now() - now < TURN:
            delivery = self.lanes.first(key)
            if delivery is None:
                if self.lanes.close(key, token):
                    return done
                continue
            if not self._next(key, token, delivery):
                return done
            done += 1
        self._postpone(key, token, self.clock.now())
        return done

    def _next(self, key: LaneKey, token: str, delivery: Delivery) -> bool:
        """Whether the lane can go on with what follows."""
        receiver = receiver_of(self.receivers, delivery.organization_id, delivery.receiver_id)
        if receiver is None:
            drop(delivery)
        elif not self._deliver(key, token, delivery, receiver):
            return False
        self.lanes.remove(key, delivery)
        return True

    def _deliver(self, key: LaneKey, token: str, delivery: Delivery, receiver: Receiver) -> bool:
        """False when it stays parked."""
        health = self.health.read(delivery.organization_id, delivery.receiver_id)
        closed_until = self._closed_until(delivery, health)
        if closed_until is not None:
            return self._wait_or_give_up(key, token, delivery, receiver, closed_until)
        tried = delivery.tried()
        outcome = self.attempt(tried, receiver, health, PARKED_WITHIN)
        if outcome is Outcome.RETRIED:
            due_at = self.clock.now() + receiver.retries.pause(tried.attempts)
            self._postpone(key, token, due_at, tried)
            return False
        return True

    def _closed_until(self, delivery: Delivery, health: Health) -> datetime | None:
        """None when this worker may try: the receiver is well, or this is its one probe."""
        now = self.clock.now()
        if not health.failures:
            return None
        if health.closed(now):
            return health.closed_until
        until = now + PARKED_WITHIN
        mine = self.health.take_probe(delivery.organization_id, delivery.receiver_id, health, until)
        return None if mine else until

    def _wait_or_give_up(
        self, key: LaneKey, token: str, delivery: Delivery, receiver: Receiver, until: datetime
    ) -> bool:
        if given_up(delivery, receiver.retries, self.clock.now()):
            self.attempt.bury(delivery, receiver, Failure.ATTEMPTS_USED)
            return True
        self._postpone(key, token, until)
        return False

    def _postpone(
        self, key: LaneKey, token: str, due_at: datetime, delivery: Delivery | None = None
    ) -> None:
        if self.lanes.postpone(key, token, due_at, delivery):
            self.timers.arm(key, due_at - self.clock.now())
