"""Bodies of the other queues: out and back, and each bad field named."""

import json

import pytest
from tests.support.builders import A, message_number

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import ConversationId
from switchboard.domain.queue_bodies import (
    Send,
    Timer,
    WakeUp,
    parse_send,
    parse_timer,
    parse_wake_up,
    to_body,
)

ONE = message_number(1)
CONVERSATION = ConversationId("c" * 32)
PARSERS = [parse_send, parse_timer, parse_wake_up]


def test_bodies_come_back_as_they_left() -> None:
    send = to_body(organization_id=A, message_id=ONE)
    assert parse_send(send) == Send(A, ONE)
    assert parse_wake_up(send) == WakeUp(A, ONE)
    assert parse_wake_up(to_body(organization_id=A, message_id=None)) == WakeUp(A)
    timer = to_body(organization_id=A, conversation_id=CONVERSATION, in_version=3)
    assert parse_timer(timer) == Timer(A, CONVERSATION, 3)


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("body", ["", "text", "{", "[1]", "7", "null", "[" * 100_000])
def test_what_is_no_object_is_refused(parse, body: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(body)
    assert refused.value.field == "body"


@pytest.mark.parametrize(
    ("parse", "field", "value"),
    [
        *((parse, "organization_id", value) for parse in PARSERS for value in (None, "a b", 7)),
        *((parse_send, "message_id", value) for value in (None, "x", 7)),
        *((parse_wake_up, "message_id", value) for value in ("x", 7)),
        *((parse_timer, "conversation_id", value) for value in (None, "x", 7)),
        *((parse_timer, "in_version", value) for value in (None, 0, -1, "1", True, 1.5)),
    ],
)
def test_a_bad_field_is_named(parse, field: str, value: object) -> None:
    whole = {
        "organization_id": A,
        "message_id": ONE,
        "conversation_id": CONVERSATION,
        "in_version": 1,
    }
    with pytest.raises(InvalidInput) as refused:
        parse(json.dumps({**whole, field: value}))
    assert refused.value.field == field
