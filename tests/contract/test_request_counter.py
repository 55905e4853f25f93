"""`RequestCounter`: one count a key and a window."""

from datetime import timedelta

from tests.support.world import World


def test_requests_add_up_in_their_window(backend: World) -> None:
    start = backend.clock.now()
    assert backend.requests.add("k1", start, 50) == 50
    assert backend.requests.add("k1", start, 1) == 51


def test_another_key_and_another_window_are_counted_apart(backend: World) -> None:
    start = backend.clock.now()
    backend.requests.add("k1", start, 50)
    assert backend.requests.add("k2", start, 1) == 1
    assert backend.requests.add("k1", start + timedelta(minutes=1), 1) == 1
    assert backend.requests.add("k1", start, 1) == 51
