"""Guards outside the model: wishes, loops, quiet hours."""

import zoneinfo
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from tests.unit.agents.test_language_models import said

from switchboard.domain.errors import InvalidInput
from switchboard.domain.loop_breaker import MOST_REPLIES, SAME_TEXT, is_looping
from switchboard.domain.message import Message, Source
from switchboard.domain.opt_out import Wish, wish_of
from switchboard.domain.quiet_hours import QuietHours, parse_quiet_hours

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop!", " Стоп. ", "СТОП", "СТOП", "отписаться", "Отпишите меня!!!", "🛑 stop 🛑",
     "Unsubscribe", "don\u2019t write to me", "больше не пишите мне", "Жазбагыла",
     "ST\u200bOP", "STOP please", "стоп пожалуйста", "Please stop", "Отпишитесь",
     "отписаться от рассылки", "стоп рассылка", "Стоп стоп", "How much is it?\nSTOP"],
)  # fmt: skip
def test_a_whole_message_that_says_stop_is_a_wish(text: str) -> None:
    assert wish_of(text) is Wish.OUT


@pytest.mark.parametrize(
    "text",
    ["where is the bus stop?", "stop by tomorrow", "стоп-кран сломался", "", "🛑",
     "please stop by tomorrow", "пожалуйста", "стоп\u200bкран", "как отписаться от рассылки магазина?", "не пишите ручкой", "non-stop"],
)  # fmt: skip
def test_the_same_words_within_a_sentence_are_none(text: str) -> None:
    assert wish_of(text) is None


@pytest.mark.parametrize("text", ["START", "старт", "Подписаться"])
def test_a_contact_may_come_back(text: str) -> None:
    assert wish_of(text) is Wish.IN


def at(minutes: float, message: Message) -> Message:
    return replace(message, created_at=NOW - timedelta(minutes=minutes))


def exchange(number: int, text: str, minutes: float) -> list[Message]:
    reply = said(f"reply {number}", Source.AGENT)
    return [at(minutes, said(text)), at(minutes - 0.1, reply)]


def test_another_automatic_reply_is_too_many_within_ten_minutes() -> None:
    talk = [one for n in range(MOST_REPLIES) for one in exchange(n, f"question {n}", 9 - n)]
    assert is_looping([*talk, said_now("one more")], NOW)
    assert not is_looping([*talk[2:], said_now("one more")], NOW)
    assert not is_looping([*talk, said_now("one more")], NOW + timedelta(minutes=5))


def said_now(text: str) -> Message:
    return at(0, said(text))


def test_replies_of_people_are_not_counted() -> None:
    talk = [
        replace(one, source=Source.CONSOLE) if one.source is Source.AGENT else one
        for n in range(MOST_REPLIES)
        for one in exchange(n, f"question {n}", 9 - n)
    ]
    assert not is_looping([*talk, said_now("one more")], NOW)


def test_the_same_words_after_every_reply_are_a_machines() -> None:
    talk = [
        one for n in range(SAME_TEXT - 1) for one in exchange(n, "I am away until Monday", 5 - n)
    ]
    assert is_looping([*talk, said_now("I am  AWAY until Monday")], NOW)
    assert not is_looping([*talk, said_now("I am back")], NOW)


def test_impatience_within_one_burst_is_no_loop() -> None:
    assert not is_looping([said_now("hello?") for _ in range(5)], NOW)
    assert not is_looping([], NOW)


NIGHT = QuietHours(time(21), time(8, 30), "Asia/Bishkek")


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-06-01T14:59:59", None),  # 20:59:59 there
        ("2026-06-01T15:00:00", "2026-06-02T02:30:00"),
        ("2026-06-01T20:00:00", "2026-06-02T02:30:00"),
        ("2026-06-02T02:29:59", "2026-06-02T02:30:00"),
        ("2026-06-02T02:30:00", None),
    ],
)
def test_quiet_hours_may_last_over_midnight(moment: str, until: str | None) -> None:
    found = NIGHT.until(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


def test_quiet_hours_end_in_the_future_also_when_the_clock_is_set_back() -> None:
    """At 3:00 on 25 October 2026 clocks in Berlin show 2:00 once more."""
    quiet = QuietHours(time(2), time(2, 30), "Europe/Berlin")
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    assert quiet.until(second) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert quiet.until(second - timedelta(hours=1)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_time_zones_come_along_where_the_system_has_none() -> None:
    """Lambda's and a slim image's Linux need not have any."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        assert NIGHT.until(NOW + timedelta(hours=6)) is not None
    finally:
        zoneinfo.reset_tzpath(before)


def test_quiet_hours_may_lie_within_a_day() -> None:
    lunch = QuietHours(time(12), time(13), "UTC")
    assert lunch.until(NOW) == NOW + timedelta(hours=1)
    assert lunch.until(NOW + timedelta(hours=1)) is None
    assert lunch.until(NOW - timedelta(hours=1)) is None


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (("25:00", "08:00", "UTC"), "q.start"),
        ((None, "08:00", "UTC"), "q.start"),
        (("21:00", "8", "UTC"), "q.end"),
        (("21:00", "21:00", "UTC"), "q.end"),
        (("21:00", "08:00", "Mars/Base"), "q.timeZone"),
        (("21:00", "08:00", "../../etc/passwd"), "q.timeZone"),
        (("21:00", "08:00", 3), "q.timeZone"),
        (("21:00", "08:00", "localtime"), "q.timeZone"),
    ],
)
def test_a_wrong_part_of_quiet_hours_is_named(parts: tuple[object, ...], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_quiet_hours(*parts, "q")
    assert caught.value.field == field


def test_a_machine_that_repeats_itself_every_few_minutes_is_one() -> None:
    talk = [*exchange(1, "away", 10.2), *exchange(2, "Away ", 5.1), said_now("away")]
    assert is_looping(talk, NOW)
    assert not is_looping(talk[2:], NOW)
    assert not is_looping([*exchange(1, "away", 61), *talk[2:]], NOW)


@pytest.mark.parametrize("texts", [2, 3])
def test_machines_that_take_turns_with_a_few_texts_are_one(texts: int) -> None:
    talk = [
        one
        for number in range(SAME_TEXT * texts)
        for one in exchange(number, f"text {number % texts}", 50 - 5 * number)
    ]
    assert is_looping(talk, NOW)
    assert not is_looping(talk[2:], NOW)


def test_order_is_by_arrival_whatever_whatsapps_clock_says() -> None:
    talk = [one for n in range(2) for one in exchange(n, "away", 3 - n)]
    assert is_looping([said_now("away"), *talk], NOW)
