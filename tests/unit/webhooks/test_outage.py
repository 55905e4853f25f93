"""Simulated time: a receiver that is away, workers that crash, timers that are lost.

The receiver keeps its first sight of each idempotency key, as `docs/webhooks.md` tells it to.
"""

import json
import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from tests.support.builders import A, B
from tests.support.sweeping import sweeper
from tests.support.webhooks import (
    HUNG,
    ME,
    OTHER_URL,
    REFUSED,
    URL,
    Workers,
    delivery,
    event,
)
from tests.support.world import World, memory_world, world

from switchboard.adapters.memory.receiver_door import OK, Posted
from switchboard.domain.delivery import Answer, Failure, delivery_of
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.events import Known
from switchboard.domain.receiver import Policy, Receiver, Retries

OUTAGE = timedelta(minutes=10)
CONVERSATIONS = ("c1", "c2", "c3")


class Shaky:
    """A port that fails now and then, before or after it has done its work."""

    def __init__(self, port: Any, chance: random.Random, share: float) -> None:
        self._port, self._chance, self._share = port, chance, share

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)

        def call(*arguments: Any, **more: Any) -> Any:
            if self._chance.random() < self._share / 2:
                raise DependencyUnavailable("before")
            answer = method(*arguments, **more)
            if self._chance.random() < self._share / 2:
                raise DependencyUnavailable("after")
            return answer

        return call


class View:
    """What one receiver has heard, after its idempotency key."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.heard: dict[str, list[int]] = defaultdict(list)
        self.requests = 0

    def hear(self, posted: Posted) -> None:
        self.requests += 1
        key = posted.headers["X-Webhook-Idempotency-Key"]
        if key in self.keys:
            return
        self.keys.add(key)
        payload = json.loads(posted.body)["payload"]
        self.heard[payload["conversation"]].append(payload["number"])


class Run:
    """Events each few seconds, both kinds of workers each second, the sweeper each minute."""

    def __init__(self, w: World, seed: int, answer_outage: Answer, shaky: float = 0.0) -> None:
        self.w, self.chance = w, random.Random(seed)  # noqa: S311 - a seed
        self.repeats = 0.1
        self.views = {URL: View(), OTHER_URL: View()}
        self.answer_outage = answer_outage
        self.receivers = [Receiver(URL, hmac_key="secret"), Receiver(OTHER_URL)]
        w.receivers.replace(A, self.receivers)
        self.start = w.clock.now()
        if shaky:
            for name in ("lanes", "deliveries", "receiver_health", "lane_timers"):
                setattr(w, name, Shaky(getattr(w, name), self.chance, shaky))
        self.workers = Workers(w)
        self.workers.door.answers = self.answer
        self.number: dict[str, int] = defaultdict(int)

    def away(self) -> bool:
        return timedelta(minutes=1) <= self.w.clock.now() - self.start < timedelta(minutes=11)

    def answer(self, posted: Posted) -> Answer:
        lost_answer = self.chance.random() < 0.05
        if posted.url == URL and self.away():
            return self.answer_outage
        self.views[posted.url].hear(posted)
        return HUNG if posted.url == URL and lost_answer else OK

    def happen(self) -> None:
        conversation = self.chance.choice(CONVERSATIONS)
        self.number[conversation] += 1
        number = self.number[conversation]
        happened = event(self.w, number, conversation)
        for receiver in self.receivers:
            made = delivery_of(happened, Known(ME), receiver, f"{number:040d}.00")
            self.w.delivery_queue.push(made)
            if self.chance.random() < self.repeats:
                self.w.delivery_queue.push(made, again="the stream told twice")

    def work(self) -> None:
        while (one := self.w.delivery_queue.receive()) is not None:
            try:
                self.workers.deliver(one.delivery)
            except DependencyUnavailable:
                continue  # it comes again when its time is over
            self.w.delivery_queue.done(one)
        while (key := self.w_timer()) is not None:
            try:
                self.workers.drain(key)
            except DependencyUnavailable:
                continue  # this timer is lost

    def w_timer(self) -> Any:
        timers = self.w.lane_timers
        return (timers._port if isinstance(timers, Shaky) else timers).receive()

    def sweep(self) -> None:
        try:
            sweeper(self.w)()
        except DependencyUnavailable:
            return

    def run(self, minutes: int, until_quiet: int) -> None:
        for second in range(60 * (minutes + until_quiet)):
            if second < 60 * minutes and second % 4 == 0:
                self.happen()
            self.work()
            if second % 60 == 0:
                self.sweep()
            self.w.advance(seconds=1)

    def expected(self) -> dict[str, list[int]]:
        return {one: list(range(1, count + 1)) for one, count in self.number.items()}


def dead(w: World) -> list[Any]:
    return list(w.deliveries.dead(A, None, 1000).items)


@pytest.mark.parametrize("answer", [HUNG, REFUSED], ids=["hangs", "answers 500"])
@pytest.mark.parametrize("seed", range(3))
def test_an_outage_of_ten_minutes_loses_doubles_and_disorders_nothing(
    seed: int, answer: Answer
) -> None:
    w = memory_world()
    run = Run(w, seed, answer)
    run.run(minutes=14, until_quiet=40)
    for url in (URL, OTHER_URL):
        assert run.views[url].heard == run.expected(), url
    assert dead(w) == []
    assert w.sessions.table.lanes == {}


@pytest.mark.parametrize("seed", range(12))
def test_crashes_lost_timers_and_repetitions_change_nothing_in_the_receivers_view(
    seed: int,
) -> None:
    w = memory_world()
    run = Run(w, seed, (HUNG, REFUSED)[seed % 2], shaky=0.02)
    run.run(minutes=13, until_quiet=110)
    for url in (URL, OTHER_URL):
        assert run.views[url].heard == run.expected(), url
    assert w.sessions.table.lanes == {}


def test_the_same_on_dynamodb() -> None:
    with world("dynamodb") as w:
        run = Run(w, 1, REFUSED, shaky=0.01)
        for step in range(60):
            if step < 26:
                run.happen()
            run.work()
            if step % 6 == 0:
                run.sweep()
            w.advance(seconds=30 if step < 26 else 90)
        assert run.views[URL].heard == run.expected()
        assert run.views[OTHER_URL].heard == run.expected()


def test_a_receiver_that_hangs_keeps_nobody_waiting() -> None:
    w = memory_world()
    run = Run(w, 1, HUNG)
    run.repeats = 0.0
    late: list[timedelta] = []

    def answer(posted: Posted) -> Answer:
        if posted.url == URL:
            w.advance(seconds=5)  # a worker's time, for all that stand behind it
            return HUNG
        made = json.loads(posted.body)["timestamp"] / 1000
        late.append(w.clock.now() - datetime.fromtimestamp(made, w.clock.now().tzinfo))
        return OK

    run.workers.door.answers = answer
    run.run(minutes=10, until_quiet=0)
    spent = [one for one in run.workers.door.posted if one.url == URL]
    assert len(late) == sum(run.number.values())
    assert max(late) <= timedelta(seconds=11)
    assert len(spent) <= 15, "one worker tries it, less and less often"


def test_a_slow_receiver_is_served_by_the_workers_of_the_parked_lanes() -> None:
    w = memory_world()
    w.receivers.replace(A, [Receiver(URL)])
    workers = Workers(w)
    workers.door.answers = lambda _posted: Answer(timedelta(seconds=4), 200)
    receiver = Receiver(URL)
    workers.deliver(delivery(w, 1, receiver=receiver))
    assert len(workers.door.posted) == 1
    workers.deliver(delivery(w, 2, receiver=receiver))
    assert len(workers.door.posted) == 1, "parked, not tried by this worker"
    workers.drain_due()
    assert len(workers.door.posted) == 2


def test_a_poisoned_event_stops_its_conversation_only_and_then_goes_to_the_dead() -> None:
    w = memory_world()
    retries = Retries(Policy.CONSTANT, timedelta(seconds=10), 3)
    receiver = Receiver(URL, retries=retries)
    w.receivers.replace(A, [receiver])
    workers, view = Workers(w), View()

    def answer(posted: Posted) -> Answer:
        payload = json.loads(posted.body)["payload"]
        if (payload["conversation"], payload["number"]) == ("c1", 1):
            return REFUSED
        view.hear(posted)
        return OK

    workers.door.answers = answer
    for number in (1, 2):
        for conversation in ("c1", "c2"):
            workers.deliver(delivery(w, number, conversation, receiver))
    assert view.heard == {"c2": [1, 2]}
    for _ in range(30):
        w.advance(seconds=1)
        workers.drain_due()
    assert view.heard == {"c2": [1, 2], "c1": [2]}
    (letter,) = dead(w)
    assert (letter.failure, letter.status, letter.delivery.attempts) == (Failure.REFUSED, 500, 3)
    attempts = [one for one in w.sessions.table.attempts if one.delivery_id == letter.delivery.id]
    outcomes = [(one.number, one.outcome.value) for one in attempts]
    assert outcomes == [(1, "retried"), (2, "retried"), (3, "dead")]
    gaps = [later.at - earlier.at for earlier, later in pairwise(attempts)]
    assert gaps == [timedelta(seconds=10)] * 2


def test_a_private_address_is_dead_at_once_and_never_tried_again() -> None:
    w = memory_world()
    w.receivers.replace(A, [Receiver(URL)])
    workers = Workers(w)
    workers.door.answers = lambda _: Answer(timedelta(), None, Failure.FORBIDDEN_ADDRESS)
    workers.deliver(delivery(w, receiver=Receiver(URL)))
    (letter,) = dead(w)
    assert letter.failure is Failure.FORBIDDEN_ADDRESS
    assert w.sessions.table.lanes == {}


def test_a_receiver_that_stays_away_is_given_up_by_time_not_by_waiting_in_line() -> None:
    w = memory_world()
    retries = Retries(Policy.CONSTANT, timedelta(minutes=5), 4)
    receiver = Receiver(URL, retries=retries)
    w.receivers.replace(A, [receiver])
    workers = Workers(w)
    workers.door.answers = lambda _: HUNG
    for number in range(1, 41):
        workers.deliver(delivery(w, number, f"c{number % 8}", receiver))
    for _ in range(3 * 60):
        w.advance(minutes=1)
        workers.drain_due()
    assert len(dead(w)) == 40
    assert w.sessions.table.lanes == {}
    assert len(workers.door.posted) <= 120


def test_events_of_a_removed_receiver_are_dropped() -> None:
    w = memory_world()
    w.receivers.replace(A, [Receiver(URL)])
    workers = Workers(w)
    workers.door.answers = lambda _: REFUSED
    workers.deliver(delivery(w, receiver=Receiver(URL)))
    w.receivers.replace(A, [])
    workers.deliver(delivery(w, 2, receiver=Receiver(URL)))
    w.advance(seconds=10)
    workers.drain_due()
    assert w.sessions.table.lanes == {}
    assert len(workers.door.posted) == 1


def test_a_long_body_is_put_in_at_delivery(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.builders import incoming, person, received

    w = memory_world()
    w.receivers.replace(A, [Receiver(URL)])
    contact = person(w)
    long = incoming(w, contact, 1, "lang " * 30_000)
    assert w.inbox.receive(contact, long, answerable=True)
    assert received(w, contact, 2)
    workers = Workers(w)
    one = delivery(w, receiver=Receiver(URL))
    made = replace(one, event={**one.event, "payload": {"body": "lang"}}, long_body=long.id)
    workers.deliver(made)
    assert json.loads(workers.door.posted[0].body)["payload"]["body"] == long.content


def test_another_organizations_receivers_hear_nothing() -> None:
    w = memory_world()
    w.receivers.replace(B, [Receiver(URL)])
    workers = Workers(w)
    workers.deliver(delivery(w, receiver=Receiver(URL)))
    assert workers.door.posted == []
