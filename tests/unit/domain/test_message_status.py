"""Statuses move forward only; texts are checked at the door."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import MessageId
from switchboard.domain.message import (
    MAX_TEXT_CODE_POINTS,
    SENT_OR_BETTER,
    MessageStatus,
    message_position,
    moves_forward,
    parse_text,
    status_for_ack,
)

DELIVERY = [
    MessageStatus.QUEUED,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.READ,
]
ENDED = [
    MessageStatus.FAILED,
    MessageStatus.UNCONFIRMED,
    MessageStatus.CANCELLED,
    MessageStatus.EXPIRED,
]


@pytest.mark.parametrize(("old", "new"), list(itertools.product(DELIVERY, repeat=2)))
def test_delivery_moves_forward_and_may_skip(old: MessageStatus, new: MessageStatus) -> None:
    assert moves_forward(old, new) is (DELIVERY.index(new) > DELIVERY.index(old))


@pytest.mark.parametrize("ended", ENDED)
def test_a_message_ends_once_and_only_a_late_ack_lifts_it(ended: MessageStatus) -> None:
    assert moves_forward(MessageStatus.QUEUED, ended)
    assert all(moves_forward(ended, better) for better in SENT_OR_BETTER)
    assert not any(moves_forward(better, ended) for better in SENT_OR_BETTER)
    assert not any(moves_forward(ended, other) for other in (*ENDED, MessageStatus.QUEUED))


@given(st.lists(st.sampled_from(MessageStatus), max_size=12))
def test_no_sequence_of_reports_moves_a_status_in_a_circle(reports: list[MessageStatus]) -> None:
    status, seen = MessageStatus.QUEUED, [MessageStatus.QUEUED]
    for report in reports:
        if moves_forward(status, report):
            status = report
            assert status not in seen
            seen.append(status)


@pytest.mark.parametrize("new", MessageStatus)
def test_what_was_received_stays_received(new: MessageStatus) -> None:
    assert not moves_forward(MessageStatus.RECEIVED, new)


@pytest.mark.parametrize(
    ("ack", "status"),
    [
        (-7, MessageStatus.FAILED),
        (-1, MessageStatus.FAILED),
        (0, None),
        (1, MessageStatus.SENT),
        (2, MessageStatus.DELIVERED),
        (3, MessageStatus.READ),
        (4, MessageStatus.READ),
        (5, None),
    ],
)
def test_an_ack_is_a_status(ack: int, status: MessageStatus | None) -> None:
    assert status_for_ack(ack) is status


@given(st.datetimes(datetime(2001, 9, 10), datetime(2200, 1, 1)), st.integers(1, 10**9))  # noqa: DTZ001 - made aware below
def test_positions_sort_by_time(naive: datetime, milliseconds: int) -> None:
    earlier = naive.replace(tzinfo=UTC, microsecond=0)
    later = earlier + timedelta(milliseconds=milliseconds)
    last, first = MessageId("Z" * 26), MessageId("0" * 26)
    assert message_position(earlier, last) < message_position(later, first)
    assert message_position(earlier, first) < message_position(earlier, last)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "\N{GRINNING FACE}",
        "\N{HEBREW LETTER ALEF} b",
        " a ",
        "a\nb",
        "x" * MAX_TEXT_CODE_POINTS,
    ],
)
def test_a_text_is_taken_as_it_is(text: str) -> None:
    assert parse_text(text) == text


@pytest.mark.parametrize(
    "text", ["", "   \n", "x" * 70_000, "a\x00", "a\ud800", None, 7, ["a"], b"a"]
)
def test_what_is_no_text_names_its_field(text: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_text(text, "text")
    assert refused.value.field == "text"
