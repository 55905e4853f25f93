"""Signs of a ban that nobody announces."""

from datetime import UTC, datetime, timedelta

from switchboard.domain.ids import ConversationId, WaHex
from switchboard.domain.sending_health import (
    JUDGED_AFTER,
    JUDGED_SENDS,
    LOWEST_DELIVERED,
    REFUSALS,
    HiddenBan,
    SendingHealth,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def chat(number: int) -> ConversationId:
    return ConversationId(f"c{number}")


def send(health: SendingHealth, reached: int) -> HiddenBan | None:
    """Send 21 with so many of the first 20 delivered; the last one makes the others judged."""
    for number in range(JUDGED_SENDS):
        hex_ = WaHex(f"3EB0{number:018d}")
        assert health.sent(hex_, NOW) is None
        if number < reached:
            health.reached(hex_)
    return health.sent(WaHex(f"3EB0{99:018d}"), NOW + JUDGED_AFTER)


def test_three_new_chats_that_fail_in_a_row_are_a_ban_told_once() -> None:
    health = SendingHealth()
    told = [health.new_chat_refused(chat(number)) for number in range(REFUSALS)]
    assert told == [None, None, HiddenBan.NEW_CHATS_REFUSED]
    assert health.new_chat_refused(chat(9)) is None


def test_the_retries_of_one_message_are_one_failure() -> None:
    health = SendingHealth()
    assert {health.new_chat_refused(chat(1)) for _ in range(10)} == {None}


def test_a_new_chat_that_is_reached_clears_the_suspicion() -> None:
    health = SendingHealth()
    for number in range(REFUSALS - 1):
        health.new_chat_refused(chat(number))
    health.new_chat_reached()
    assert health.new_chat_refused(chat(9)) is None


def test_acks_that_stay_away_are_a_ban() -> None:
    assert send(SendingHealth(), LOWEST_DELIVERED - 1) is HiddenBan.ACKS_MISSING
    assert send(SendingHealth(), LOWEST_DELIVERED) is None


def test_what_is_younger_than_ten_minutes_is_not_judged() -> None:
    health = SendingHealth()
    moment = NOW + JUDGED_AFTER - timedelta(seconds=1)
    told = {health.sent(WaHex(f"3EB0{number:018d}"), NOW) for number in range(50)}
    assert told == {None}
    assert health.sent(WaHex(f"3EB0{99:018d}"), moment) is None


def test_an_ack_of_somebody_elses_message_says_nothing() -> None:
    health = SendingHealth()
    for number in range(100):
        health.reached(WaHex(f"3EB0{number:018d}"))
    assert send(health, 0) is HiddenBan.ACKS_MISSING


def test_an_ack_that_is_faster_than_the_note_of_its_send_counts() -> None:
    health = SendingHealth()
    for number in range(JUDGED_SENDS):
        hex_ = WaHex(f"3EB0{number:018d}")
        health.reached(hex_)
        assert health.sent(hex_, NOW) is None
    assert health.sent(WaHex(f"3EB0{99:018d}"), NOW + JUDGED_AFTER) is None
    assert not health.waiting.keys() - {WaHex(f"3EB0{99:018d}")}
