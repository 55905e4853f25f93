"""The inbound envelope: out and back, and each bad field named."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.builders import GROUP, LID, OTHER_CHAT, PHONE, A, B, ack_seen, message_seen

from switchboard.domain.channel_events import EditSeen, ReactionSeen, RevocationSeen
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import ChatId
from switchboard.domain.inbound import (
    MAX_INBOUND_CODE_POINTS,
    MAX_LABEL_CODE_POINTS,
    InboundEvent,
    from_wire,
    to_wire,
)

NOW = datetime(2026, 1, 1, 12, 0, 0, 123_000, tzinfo=UTC)
MESSAGE = InboundEvent(A, 7, message_seen(NOW))
ACK = InboundEvent(A, 7, ack_seen(NOW))
ABSENT = object()
WA_ID = MESSAGE.seen.wa_id
AFTERWARDS = [
    ReactionSeen(WA_ID, OTHER_CHAT, ChatId(LID), False, "👍", NOW),
    EditSeen(WA_ID, OTHER_CHAT, "at ten", NOW),
    RevocationSeen(WA_ID, OTHER_CHAT, NOW),
]


def travelled(event: InboundEvent) -> InboundEvent:
    return from_wire(json.loads(json.dumps(to_wire(event))))


def changed(event: InboundEvent, path: str, value: object) -> dict[str, Any]:
    body = to_wire(event)
    holder, _, field = path.rpartition(".")
    target = body[holder] if holder else body
    if value is ABSENT:
        target.pop(field)
    else:
        target[field] = value
    return body


@pytest.mark.parametrize(
    "event",
    [
        MESSAGE,
        ACK,
        replace(ACK, seen=ack_seen(NOW, -1)),
        replace(
            MESSAGE,
            seen=message_seen(
                NOW,
                from_me=True,
                backfill=True,
                phone=None,
                lid=None,
                push_name=None,
                chat_id=LID,
            ),
        ),
        replace(
            MESSAGE,
            seen=message_seen(
                NOW,
                chat_id=GROUP,
                author="15550001111@c.us",
                type="image",
                body="",
            ),
        ),
    ],
)
def test_an_event_comes_back_as_it_left(event: InboundEvent) -> None:
    assert travelled(event) == event


@given(body=st.text(), epoch=st.integers(0, 10**9), from_me=st.booleans())
def test_any_text_comes_back_as_it_left(*, body: str, epoch: int, from_me: bool) -> None:
    event = InboundEvent(A, epoch, message_seen(NOW, body=body, from_me=from_me))
    assert travelled(event) == event


@pytest.mark.parametrize("body", [None, "text", 7, [], [1]])
def test_what_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_wire(body)
    assert refused.value.field == "body"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("v", 2),
        ("v", ABSENT),
        ("kind", "presence"),
        ("kind", ABSENT),
        ("kind", []),
        ("organization_id", "a b"),
        ("organization_id", ABSENT),
        ("organization_id", 7),
        ("epoch", "1"),
        ("epoch", ABSENT),
        ("epoch", True),
        ("epoch", 1.5),
        ("seen", ABSENT),
        ("seen", "text"),
        ("seen.wa_id", "nonsense"),
        ("seen.wa_id", ABSENT),
        ("seen.wa_id", 7),
        ("seen.chat_id", "nonsense"),
        ("seen.chat_id", "status@broadcast"),
        ("seen.chat_id", ABSENT),
        ("seen.at", "yesterday"),
        ("seen.at", ABSENT),
        ("seen.at", 10**18),
        ("seen.at", False),
    ],
)
@pytest.mark.parametrize("event", [MESSAGE, ACK])
def test_a_bad_field_of_any_event_is_named(event: InboundEvent, path: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_wire(changed(event, path, value))
    assert refused.value.field == path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seen.body", ABSENT),
        ("seen.body", None),
        ("seen.body", 7),
        ("seen.body", "x" * (MAX_INBOUND_CODE_POINTS + 1)),
        ("seen.type", ABSENT),
        ("seen.type", 7),
        ("seen.from_me", "yes"),
        ("seen.from_me", 1),
        ("seen.backfill", "no"),
        ("seen.phone", "abc"),
        ("seen.phone", "15550001111@lid"),
        ("seen.phone", 15550001111),
        ("seen.lid", "111110005551"),
        ("seen.lid", OTHER_CHAT),
        ("seen.lid", "abc@lid"),
        ("seen.lid", 7),
        ("seen.author", 7),
        ("seen.push_name", ["Ann"]),
    ],
)
def test_a_bad_field_of_a_message_is_named(path: str, value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_wire(changed(MESSAGE, path, value))
    assert refused.value.field == path


@pytest.mark.parametrize("value", [ABSENT, "2", None, True, 1.5])
def test_a_bad_ack_is_named(value: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        from_wire(changed(ACK, "seen.ack", value))
    assert refused.value.field == "seen.ack"


def test_a_body_of_the_longest_length_is_taken() -> None:
    event = InboundEvent(
        A, 1, message_seen(NOW, body="\N{GRINNING FACE}" * MAX_INBOUND_CODE_POINTS)
    )
    assert travelled(event) == event


def test_phone_and_lid_chats_of_one_person_share_an_order() -> None:
    under_lid = replace(MESSAGE, seen=message_seen(NOW, chat_id=LID, phone=PHONE))
    assert under_lid.group_key == MESSAGE.group_key == ACK.group_key
    unknown = replace(MESSAGE, seen=message_seen(NOW, chat_id=LID, phone=None))
    assert unknown.group_key != MESSAGE.group_key
    other = replace(MESSAGE, seen=message_seen(NOW, chat_id=OTHER_CHAT, phone="15550002222"))
    assert other.group_key != MESSAGE.group_key


def test_the_same_event_pushed_twice_is_one_and_each_ack_level_is_another() -> None:
    again = replace(MESSAGE, epoch=8, seen=message_seen(NOW + timedelta(seconds=9), backfill=True))
    assert again.deduplication_key == MESSAGE.deduplication_key
    levels = {
        replace(ACK, seen=ack_seen(NOW, level)).deduplication_key for level in (-1, 0, 1, 2, 3)
    }
    assert len(levels) == 5
    assert MESSAGE.deduplication_key not in levels
    assert ACK.deduplication_key == replace(ACK, epoch=9).deduplication_key


def test_equal_events_of_two_organizations_never_meet() -> None:
    theirs = replace(MESSAGE, organization_id=B)
    assert theirs.group_key != MESSAGE.group_key
    assert theirs.deduplication_key != MESSAGE.deduplication_key
    assert ChatId(theirs.seen.chat_id) == MESSAGE.seen.chat_id


def test_what_no_store_can_hold_is_mended_and_no_message_lost() -> None:
    body = changed(MESSAGE, "seen.body", "half an emoji: \ud83d")
    body["seen"] |= {"push_name": "x" * 5_000, "type": "y" * 5_000}
    seen = from_wire(body).seen
    assert seen.body == "half an emoji: \ufffd"
    assert (len(seen.push_name), len(seen.type)) == (MAX_LABEL_CODE_POINTS, MAX_LABEL_CODE_POINTS)


@pytest.mark.parametrize("seen", AFTERWARDS)
def test_what_happened_afterwards_travels_and_is_told_apart(seen: Any) -> None:
    event = InboundEvent(A, 7, seen)
    assert travelled(event) == event
    assert event.deduplication_key != replace(MESSAGE).deduplication_key
    assert event.deduplication_key == travelled(event).deduplication_key
    keys = {InboundEvent(A, 7, one).deduplication_key for one in AFTERWARDS}
    assert len(keys) == len(AFTERWARDS)


def test_another_reaction_or_edit_is_another_event() -> None:
    reaction, edit, _ = AFTERWARDS
    others = [
        (reaction, replace(reaction, text="")),
        (reaction, replace(reaction, author=OTHER_CHAT)),
        (edit, replace(edit, at=NOW + timedelta(seconds=1))),
    ]
    for one, other in others:
        keys = {InboundEvent(A, 7, seen).deduplication_key for seen in (one, other)}
        assert len(keys) == 2


@pytest.mark.parametrize(
    ("number", "field"), [(0, "author"), (0, "text"), (1, "body"), (2, "chat_id"), (2, "at")]
)
def test_a_bad_field_of_what_happened_afterwards_is_named(number: int, field: str) -> None:
    body = changed(InboundEvent(A, 7, AFTERWARDS[number]), f"seen.{field}", 5j)
    with pytest.raises(InvalidInput, match=f"seen.{field}"):
        from_wire(body)
