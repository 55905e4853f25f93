"""`Spending`: a cap that is kept from above."""

from datetime import timedelta

from tests.support.builders import A, B
from tests.support.world import World

CAP = 1_000


def test_a_reservation_counts_until_it_is_settled(backend: World) -> None:
    day = backend.clock.now().date()
    assert backend.spending.spent(A, day) == 0
    assert backend.spending.reserve(A, day, "one", 600, CAP)
    assert backend.spending.spent(A, day) == 600
    backend.spending.settle(A, day, "one", 600, 25)
    assert backend.spending.spent(A, day) == 25


def test_what_the_cap_does_not_hold_is_refused(backend: World) -> None:
    day = backend.clock.now().date()
    assert backend.spending.reserve(A, day, "one", 600, CAP)
    assert not backend.spending.reserve(A, day, "two", 401, CAP)
    assert backend.spending.reserve(A, day, "three", 400, CAP)
    assert not backend.spending.reserve(A, day, "four", 1, CAP)
    assert not backend.spending.reserve(B, day, "one", CAP + 1, CAP)
    assert backend.spending.spent(B, day) == 0


def test_a_turn_is_reserved_and_settled_once(backend: World) -> None:
    day = backend.clock.now().date()
    for _ in range(2):
        assert backend.spending.reserve(A, day, "one", 900, CAP)
    for _ in range(2):
        backend.spending.settle(A, day, "one", 900, 100)
    backend.spending.settle(A, day, "unknown", 900, 100)
    assert backend.spending.spent(A, day) == 100


def test_days_and_organizations_are_counted_apart(backend: World) -> None:
    day = backend.clock.now().date()
    assert backend.spending.reserve(A, day, "one", CAP, CAP)
    assert backend.spending.reserve(B, day, "one", CAP, CAP)
    assert backend.spending.reserve(A, day + timedelta(days=1), "two", CAP, CAP)
    assert not backend.spending.reserve(A, day, "three", 1, CAP)
