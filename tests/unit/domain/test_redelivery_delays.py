"""How soon a message is tried again."""

from datetime import timedelta

from switchboard.domain.redelivery import Failed, delay, delays


def seconds(waits: list[timedelta]) -> list[float]:
    return [wait.total_seconds() for wait in waits]


def test_a_delay_doubles_with_each_receive_up_to_five_minutes() -> None:
    waits = seconds([delay(receives) for receives in range(1, 12)])
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert delay(10_000) == timedelta(minutes=5)


def test_each_message_waits_by_its_own_count() -> None:
    assert seconds(delays([Failed("a", 1), Failed("b", 4), Failed("c", 2)])) == [2, 16, 4]
    assert delays([]) == []


def test_the_messages_of_a_group_wait_alike() -> None:
    failed = [Failed("a", 5, "chat"), Failed("b", 1, "chat"), Failed("c", 1, "other")]
    assert seconds(delays(failed)) == [32, 32, 2]
