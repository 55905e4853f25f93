"""A key's requests a minute, whichever function answers them."""

from datetime import timedelta

import pytest
from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.request_counter import MemoryRequestCounter
from switchboard.application.throttle_key import MOST_SHARES, TAKEN_AT_ONCE, ThrottleKey
from switchboard.domain.errors import Throttled


def let_through(throttle: ThrottleKey, count: int, key: str = "k1") -> int:
    passed, waits = 0, list[float]()
    for _ in range(count):
        try:
            throttle(key)
        except Throttled as refused:
            waits.append(refused.retry_after.total_seconds())
        else:
            passed += 1
    assert all(0 < wait <= 60 for wait in waits)
    return passed


@pytest.mark.parametrize("limit", [1, TAKEN_AT_ONCE, TAKEN_AT_ONCE + 1, 130])
def test_one_function_lets_exactly_the_limit_through_a_minute(limit: int) -> None:
    clock = MemoryClock()
    throttle = ThrottleKey(MemoryRequestCounter(), clock, limit)
    for _ in range(3):
        assert let_through(throttle, 2 * limit + TAKEN_AT_ONCE) == limit
        clock.advance(refill(clock))


def test_several_functions_together_let_no_more_through() -> None:
    clock, counter = MemoryClock(), MemoryRequestCounter()
    functions = [ThrottleKey(counter, clock, 120) for _ in range(5)]
    passed = sum(let_through(function, 1) for _ in range(100) for function in functions)
    assert 120 - len(functions) * TAKEN_AT_ONCE < passed <= 120


def test_a_function_that_lives_long_forgets_the_keys_of_earlier_minutes() -> None:
    clock = MemoryClock()
    throttle = ThrottleKey(MemoryRequestCounter(), clock, 10)
    for minute in range(5):
        for number in range(600):
            throttle(f"key-{minute}-{number}")
        clock.advance(refill(clock))
    assert len(throttle.shares) <= MOST_SHARES + 600
    assert let_through(throttle, 20, "key-4-0") == 10


def test_another_key_is_not_held_up() -> None:
    throttle = ThrottleKey(MemoryRequestCounter(), MemoryClock(), 10)
    assert let_through(throttle, 20) == 10
    assert let_through(throttle, 5, "k2") == 5


def test_a_key_that_is_used_up_costs_no_more_writes() -> None:
    counter = MemoryRequestCounter()
    throttle = ThrottleKey(counter, MemoryClock(), 10)
    let_through(throttle, 500)
    assert sum(counter.counted.values()) <= 2 * TAKEN_AT_ONCE


def test_the_api_answers_429_with_the_seconds_to_wait(world: World) -> None:
    api = ApiClient(world, requests_per_minute=3)
    for _ in range(3):
        api.call("GET", "/api/sessions")
    refused = api.call("GET", "/api/sessions")
    assert (refused.status, refused.body["code"]) == (429, "throttled")
    assert 1 <= refused.body["retryAfterSeconds"] <= 60
    assert refused.headers["retry-after"] == str(refused.body["retryAfterSeconds"])
    assert api.call("GET", "/ping").status == 200
    world.advance(seconds=refused.body["retryAfterSeconds"])
    assert api.call("GET", "/api/sessions").status == 200


def test_a_throttled_stranger_learns_nothing_either(world: World) -> None:
    api = ApiClient(world, SHOP, requests_per_minute=1)
    api.call("GET", "/api/other/chats")
    assert api.call("GET", "/api/other/chats").status == 429


def refill(clock: MemoryClock) -> timedelta:
    return timedelta(seconds=60 - clock.now().second)
