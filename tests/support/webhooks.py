"""Receivers and deliveries to start from, and the two workers over any backend."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.support.builders import A
from tests.support.world import World

from switchboard.application.attempt_delivery import AttemptDelivery
from switchboard.application.deliver_event import DeliverEvent
from switchboard.application.drain_lane import DrainLane
from switchboard.domain.delivery import Answer, Delivery, Failure, delivery_of
from switchboard.domain.events import Event, EventName, Known, event_id
from switchboard.domain.ids import OrganizationId
from switchboard.domain.receiver import Receiver
from switchboard.domain.session import Account

URL = "https://receiver.example/hook"
OTHER_URL = "https://other.example/hook"
RECEIVER = Receiver(URL, hmac_key="secret")
ME = Account("15550009999", "999900005551@lid", "Shop")
REFUSED = Answer(timedelta(milliseconds=30), 500, Failure.REFUSED)
HUNG = Answer(timedelta(seconds=5), None, Failure.TIMED_OUT)


def event(
    w: World,
    number: int = 1,
    conversation: str = "c1",
    organization: OrganizationId = A,
    payload: Mapping[str, Any] | None = None,
) -> Event:
    at = w.clock.now()
    return Event(
        id=event_id(at, organization, conversation, number),
        name=EventName.MESSAGE,
        organization_id=organization,
        at=at,
        group=conversation,
        payload=payload or {"number": number, "conversation": conversation},
    )


def delivery(
    w: World, number: int = 1, conversation: str = "c1", receiver: Receiver = RECEIVER, **more: Any
) -> Delivery:
    made = delivery_of(event(w, number, conversation), Known(ME), receiver, f"{number:040d}.00")
    return replace(made, **more)


class Workers:
    """What the function `webhooks` runs."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.door = w.door
        numbers = itertools.count(1)

        def new_id() -> str:
            return f"id-{next(numbers)}"

        self.attempt = AttemptDelivery(
            self.door,
            w.receiver_health,
            w.deliveries,
            w.messages,
            w.clock,
            w.metrics,
            new_id,
        )
        shared = (w.receivers, w.lanes, w.receiver_health, w.lane_timers, self.attempt, w.clock)
        self.deliver = DeliverEvent(*shared, w.metrics)
        self.drain = DrainLane(*shared, new_id)

    def drain_due(self) -> int:
        """Work off every timer that is due now."""
        done = 0
        while (key := self.w.lane_timers.receive()) is not None:
            done += self.drain(key)
        return done
