"""`Lanes`, `ReceiverStore`, `ReceiverHealthStore` and `DeliveryLog` on every backend."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.builders import A, B, seconds
from tests.support.webhooks import OTHER_URL, RECEIVER, REFUSED, URL, delivery
from tests.support.world import World

from switchboard.domain.delivery import Attempt, DeadDelivery, Delivery, Failure, LaneKey, Outcome
from switchboard.domain.errors import InvalidInput
from switchboard.domain.receiver import Policy, Receiver, Retries
from switchboard.domain.receiver_health import Health


def key_of(one: Delivery) -> LaneKey:
    return LaneKey(one.organization_id, one.lane)


def opened(w: World, number: int = 1) -> tuple[Delivery, LaneKey]:
    one = delivery(w, number)
    w.lanes.open(one, w.clock.now())
    return one, key_of(one)


def test_nothing_is_parked_where_no_lane_is(backend: World) -> None:
    one = delivery(backend)
    assert not backend.lanes.add(one)
    assert backend.lanes.first(key_of(one)) is None


def test_what_is_parked_comes_in_its_order_and_whole(backend: World) -> None:
    second = delivery(backend, 2, attempts=3, long_body="0" * 26)
    backend.lanes.open(second, backend.clock.now())
    first, third = delivery(backend, 1), delivery(backend, 3)
    assert backend.lanes.add(third)
    assert backend.lanes.add(first)
    found = []
    while (one := backend.lanes.first(key_of(first))) is not None:
        found.append(one)
        backend.lanes.remove(key_of(first), one)
    assert found == [first, second, third]


def test_parking_the_same_again_changes_nothing(backend: World) -> None:
    one, key = opened(backend)
    backend.lanes.open(one, backend.clock.now())
    assert backend.lanes.add(one)
    backend.lanes.remove(key, one)
    assert backend.lanes.first(key) is None


def test_one_holds_the_claim_until_it_ends(backend: World) -> None:
    now = backend.clock.now()
    _, key = opened(backend)
    assert backend.lanes.claim(key, "mine", now, now + seconds(90))
    assert not backend.lanes.claim(key, "other", now, now + seconds(90))
    assert backend.lanes.claim(key, "other", now + seconds(90), now + seconds(180))
    assert not backend.lanes.postpone(key, "mine", now)
    assert backend.lanes.postpone(key, "other", now)


def test_a_lane_is_claimed_when_it_is_due(backend: World) -> None:
    now, one = backend.clock.now(), delivery(backend)
    backend.lanes.open(one, now + seconds(5))
    until = now + seconds(90)
    assert not backend.lanes.claim(key_of(one), "mine", now, until)
    assert backend.lanes.claim(key_of(one), "mine", now + seconds(5), until)


def test_postponing_keeps_the_attempts_and_frees_the_lane(backend: World) -> None:
    now = backend.clock.now()
    one, key = opened(backend)
    assert backend.lanes.claim(key, "mine", now, now + seconds(90))
    assert backend.lanes.postpone(key, "mine", now + seconds(4), one.tried())
    assert backend.lanes.first(key) == replace(one, attempts=1)
    assert not backend.lanes.claim(key, "next", now, now + seconds(90))
    assert backend.lanes.claim(key, "next", now + seconds(4), now + seconds(90))


def test_a_lane_is_not_closed_over_what_waits_in_it(backend: World) -> None:
    now = backend.clock.now()
    one, key = opened(backend)
    assert backend.lanes.claim(key, "mine", now, now + seconds(90))
    assert not backend.lanes.close(key, "mine")
    backend.lanes.remove(key, one)
    assert backend.lanes.close(key, "mine")
    assert not backend.lanes.add(one)
    assert backend.lanes.close(key, "mine"), "closing again is no error"


def test_a_lane_of_another_claim_is_left_alone(backend: World) -> None:
    now = backend.clock.now()
    one, key = opened(backend)
    assert backend.lanes.claim(key, "other", now, now + seconds(90))
    assert backend.lanes.close(key, "mine")
    assert backend.lanes.first(key) == one


def test_overdue_lanes_are_nominated_the_longest_first(backend: World) -> None:
    now = backend.clock.now()
    late, later = delivery(backend, 1, "c1"), delivery(backend, 1, "c2")
    backend.lanes.open(later, now + seconds(2))
    backend.lanes.open(late, now + seconds(1))
    assert list(backend.lanes.due(now + seconds(1), 10)) == []
    assert list(backend.lanes.due(now + seconds(3), 10)) == [key_of(late), key_of(later)]
    assert list(backend.lanes.due(now + seconds(3), 1)) == [key_of(late)]


def test_a_closed_lane_is_nominated_no_more(backend: World) -> None:
    now = backend.clock.now()
    one, key = opened(backend)
    assert backend.lanes.claim(key, "mine", now, now + seconds(90))
    backend.lanes.remove(key, one)
    assert backend.lanes.close(key, "mine")
    assert list(backend.lanes.due(now + seconds(99), 10)) == []


def test_a_long_event_fits(backend: World) -> None:
    one = delivery(backend)
    long = replace(one, event={**one.event, "payload": {"body": "\n" * 30_000 + "é" * 15_000}})
    backend.lanes.open(long, backend.clock.now())
    assert backend.lanes.first(key_of(one)) == long


def test_receivers_are_kept_with_their_secrets_an_organization(backend: World) -> None:
    full = Receiver(
        URL,
        ("message", "message.ack"),
        "schlüssel",
        Retries(Policy.LINEAR, timedelta(seconds=1.5), 4),
        (("X-Team", "a"), ("X-Team", "b")),
    )
    backend.receivers.replace(A, [full, Receiver(OTHER_URL)])
    assert list(backend.receivers.read(A)) == [full, Receiver(OTHER_URL)]
    assert list(backend.receivers.read(B)) == []
    several = backend.receivers.read_all([A, B])
    assert (list(several[A]), list(several.get(B, ()))) == ([full, Receiver(OTHER_URL)], [])
    assert dict(backend.receivers.read_all([])) == {}
    backend.receivers.replace(A, [])
    assert list(backend.receivers.read(A)) == []


def test_health_is_kept_and_one_takes_the_probe(backend: World) -> None:
    now, store = backend.clock.now(), backend.receiver_health
    assert store.read(A, "r") == Health()
    broken = Health().after_failure(now)
    store.write(A, "r", broken)
    assert store.read(A, "r") == broken
    assert store.read(B, "r") == Health()
    assert store.take_probe(A, "r", broken, now + seconds(10))
    assert not store.take_probe(A, "r", broken, now + seconds(11))
    assert store.read(A, "r").closed_until == now + seconds(10)
    store.write(A, "r", Health(slow_until=now))
    assert store.read(A, "r") == Health(slow_until=now)


def attempt(w: World, number: int, receiver: Receiver = RECEIVER) -> Attempt:
    one = delivery(w, number)
    return Attempt(
        one.id,
        A,
        receiver.id,
        receiver.url,
        one.event_id,
        one.event_name,
        number,
        w.clock.now(),
        REFUSED,
        Outcome.RETRIED,
    )


def test_attempts_are_listed_newest_first_a_receiver(backend: World) -> None:
    written = []
    for number in range(1, 4):
        written.append(attempt(backend, number))
        backend.deliveries.record(written[-1])
        backend.advance(seconds=1)
    backend.deliveries.record(attempt(backend, 9, Receiver(OTHER_URL)))
    page = backend.deliveries.attempts(A, RECEIVER.id, None, 2)
    assert list(page.items) == [written[2], written[1]]
    rest = backend.deliveries.attempts(A, RECEIVER.id, page.cursor, 2)
    assert (list(rest.items), rest.cursor) == ([written[0]], None)
    with pytest.raises(InvalidInput, match="cursor"):
        backend.deliveries.attempts(B, RECEIVER.id, page.cursor, 2)


def test_the_dead_are_kept_until_they_are_forgotten(backend: World) -> None:
    now, log = backend.clock.now(), backend.deliveries
    dead = [
        DeadDelivery(delivery(backend, number), URL, Failure.REFUSED, 500, now) for number in (1, 2)
    ]
    for one in dead:
        log.bury(one)
    log.bury(dead[0])
    assert sorted(one.delivery.id for one in log.dead(A, None, 9).items) == sorted(
        one.delivery.id for one in dead
    )
    assert log.find_dead(A, dead[0].delivery.id) == dead[0]
    assert log.find_dead(B, dead[0].delivery.id) is None
    log.forget_dead(A, dead[0].delivery.id)
    assert list(log.dead(A, None, 9).items) == [dead[1]]
