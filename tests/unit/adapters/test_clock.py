from datetime import UTC, timedelta

from switchboard.adapters.clock import SystemClock


def test_now_is_utc_to_the_millisecond() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


async def test_monotonic_grows_with_a_sleep() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(timedelta(milliseconds=1))
    assert clock.monotonic() > before
