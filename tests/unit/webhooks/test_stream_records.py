"""Records of the stream, made of what DynamoDB really stores, to changes; and their publication."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from tests.support.builders import CHAT, LID, PHONE, A, incoming, person, received, want_running
from tests.support.webhooks import OTHER_URL, RECEIVER
from tests.support.world import World, memory_world, world

from switchboard.adapters.dynamodb.changes import change_of
from switchboard.application.publish_events import Publication
from switchboard.domain.addresses import Addresses
from switchboard.domain.changes import (
    Change,
    ContactChanged,
    HandOffChanged,
    LineChanged,
    MessageChanged,
    NoticePosted,
)
from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import DependencyUnavailable, InvalidInput
from switchboard.domain.ids import ChatId, ContactId
from switchboard.domain.message import MessageStatus, Reaction
from switchboard.domain.notice import Notice, NoticeKind
from switchboard.domain.organization import Settings
from switchboard.domain.receiver import Receiver
from switchboard.ports.turns import Commit

CREATED = 1_770_000_000


@pytest.fixture
def w() -> Iterator[World]:
    with world("dynamodb") as w:
        yield w


def images() -> dict[tuple[str, str], dict[str, Any]]:
    """Every item as Lambda would hand it over: binary values in base64."""
    items = boto3.client("dynamodb").scan(TableName="switchboard-test")["Items"]
    return {(item["pk"]["S"], item["sk"]["S"]): _as_lambda(item) for item in items}


def _as_lambda(item: dict[str, Any]) -> dict[str, Any]:
    def text(value: dict[str, Any]) -> dict[str, Any]:
        ((kind, content),) = value.items()
        return {kind: base64.b64encode(content).decode()} if kind == "B" else value

    return {name: text(value) for name, value in item.items()}


def image(sk: str) -> dict[str, Any]:
    (found,) = [one for (_, key), one in images().items() if key.startswith(sk)]
    return found


def record(new: Any, old: Any = None, sequence: str = "123") -> dict[str, Any]:
    stream = {"SequenceNumber": sequence, "ApproximateCreationDateTime": CREATED}
    given = {"NewImage": new, "OldImage": old}
    stream |= {name: one for name, one in given.items() if one is not None}
    return {"eventName": "MODIFY", "dynamodb": stream}


def change(new: Any, old: Any = None, sequence: str = "123") -> Change:
    made = change_of(record(new, old, sequence))
    assert made is not None
    return made


def test_a_message_is_read_before_and_after(w: World) -> None:
    contact = person(w, name="Ann")
    message = incoming(w, contact, 1, "hello")
    assert w.inbox.receive(contact, message, answerable=False)
    old = image("MSG#")
    w.messages.advance(message, MessageStatus.RECEIVED, w.clock.now())
    made = change(image("MSG#"), old)
    assert made.changed == MessageChanged(message, message)
    assert made.at.timestamp() == CREATED
    new = image("CONTACT#")
    assert change(new).changed == ContactChanged(None, contact)


def test_a_long_body_is_told_as_long(w: World) -> None:
    contact = person(w)
    message = incoming(w, contact, 1, "".join(chr(0x4E00 + n % 9000) for n in range(90_000)))
    assert w.inbox.receive(contact, message, answerable=True)
    changed = change(image("MSG#")).changed
    assert isinstance(changed, MessageChanged)
    assert changed.long
    assert changed.new.content == message.content[:1000]


def test_a_line_is_read_with_its_binary_state(w: World) -> None:
    want_running(w)
    old, session = image("SESSION"), w.sessions.read(A)
    old["buckets"] = {"B": base64.b64encode(b"\x00\x01").decode()}
    made = change(image("SESSION"), old)
    assert made.changed == LineChanged(session, session)


def test_a_reached_limit_is_read_with_its_window(w: World) -> None:
    notice = Notice(A, NoticeKind.LIMIT_REACHED, "minute", w.clock.now())
    assert w.notices.post(notice)
    assert change(image("NOTICE#")).changed == NoticePosted(None, notice)


def test_a_merged_contact_says_nothing_more(w: World) -> None:
    one, other = person(w, chat=CHAT), person(w, chat=ChatId(LID))
    w.inbox.resolve(A, Addresses(CHAT, PHONE, LID), w.clock.now())
    told = [change_of(record(one)) for (_, sk), one in images().items() if sk.startswith("CONTACT")]
    assert len(told) == 2
    assert sum(made is None for made in told) == 1
    assert one.id != other.id


def test_a_conversation_is_read_only_when_it_is_handed_over(w: World) -> None:
    contact, now = person(w), w.clock.now()
    conversation = received(w, contact, 1)
    before = image("CONV#")
    assert change_of(record(before)) is None
    w.turns.claim(conversation, "token", now, now + timedelta(seconds=30))
    claimed = image("CONV#")
    assert change_of(record(claimed, before)) is None
    hand_off = Commit(1, None, None, None, now + timedelta(hours=1), "complaint")
    assert w.turns.commit(conversation, "token", hand_off, now)
    changed = change(image("CONV#"), claimed).changed
    assert isinstance(changed, HandOffChanged)
    assert (changed.new.hand_off_reason, changed.new.handed_off_at) == ("complaint", now)
    waiting = image("CONV#")
    w.inbox.set_human_until(contact, now + timedelta(hours=2))
    over = change(image("CONV#"), waiting).changed
    assert isinstance(over, HandOffChanged)
    assert (over.old and over.old.needs_human, over.new.needs_human) == (True, False)


def test_deletions_and_other_kinds_are_nobodys_change(w: World) -> None:
    contact = person(w)
    assert change_of({"dynamodb": {"OldImage": image("CONTACT#"), "SequenceNumber": "1"}}) is None
    assert change_of(record(image("ADDR#"))) is None
    assert contact


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"dynamodb": {"NewImage": {"kind": {"S": "message"}}}},
        {"dynamodb": {"NewImage": {"kind": {"S": "session"}, "pk": {"S": "x"}}}},
        {"dynamodb": {"NewImage": {"kind": "message"}}},
    ],
)
def test_a_record_of_another_form_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        change_of(broken)


def test_sequence_numbers_of_any_length_sort_as_numbers(w: World) -> None:
    person(w)
    new = image("CONTACT#")
    shorter, longer = change(new, sequence="999"), change(new, sequence="1000")
    assert shorter.order < longer.order


def heard(w: World, chat: ChatId = CHAT) -> Change:
    contact = person(w, chat=chat)
    return Change(MessageChanged(None, incoming(w, contact, 1)), "0001", w.clock.now())


class Counting:
    """A port that counts its reads."""

    def __init__(self, port: Any) -> None:
        self.port, self.reads = port, 0

    def read(self, *arguments: Any) -> Any:
        self.reads += 1
        return self.port.read(*arguments)


def test_a_change_goes_to_every_receiver_that_asked() -> None:
    w = memory_world()
    want_running(w)
    w.receivers.replace(A, [RECEIVER, Receiver(OTHER_URL, ("message.any",))])
    receivers, sessions = Counting(w.receivers), Counting(w.sessions)
    publish = Publication(receivers, sessions, w.inbox, w.organizations, w.delivery_queue)
    assert publish(heard(w)) == 3
    assert publish(heard(w)) == 3
    pushed = [(one.receiver_id, one.event_name) for one in w.delivery_queue.pushed]
    other = Receiver(OTHER_URL).id
    assert pushed == [
        (RECEIVER.id, "message"),
        (RECEIVER.id, "message.any"),
        (other, "message.any"),
    ], "a redelivery is dropped by its ids"
    assert (receivers.reads, sessions.reads) == (1, 1)
    first, second, third = w.delivery_queue.pushed
    assert first.lane == second.lane != third.lane
    assert first.order < second.order


def test_a_lids_phone_is_told_when_somebody_has_learned_it() -> None:
    w = memory_world()
    w.receivers.replace(A, [Receiver(OTHER_URL, ("message",))])
    publish = Publication(w.receivers, w.sessions, w.inbox, w.organizations, w.delivery_queue)
    publish(heard(w, ChatId(LID)))
    assert w.delivery_queue.pushed[-1].event["senderPhone"] is None
    w.advance(seconds=1)
    change = heard(w, ChatId(LID))
    w.inbox.resolve(A, Addresses(CHAT, PHONE, LID), w.clock.now())
    publish(change)
    assert w.delivery_queue.pushed[-1].event["senderPhone"] == PHONE


def test_a_learned_phone_is_told_with_a_reaction_and_a_hand_off_too() -> None:
    w = memory_world()
    w.receivers.replace(A, [Receiver(OTHER_URL, ("message.reaction", "conversation.hand_off"))])
    publish = Publication(w.receivers, w.sessions, w.inbox, w.organizations, w.delivery_queue)
    message, at = heard(w, ChatId(LID)).changed.new, w.clock.now()
    w.inbox.resolve(A, Addresses(CHAT, PHONE, LID), at)
    reacted = replace(message, reactions=(Reaction(LID, "👍", at),))
    publish(Change(MessageChanged(message, reacted), "0001", at))
    quiet = Conversation(message.conversation_id, A, ContactId("c1"), LID, at)
    handed = replace(quiet, needs_human=True, handed_off_at=at)
    publish(Change(HandOffChanged(quiet, handed), "0002", at))
    told = [(one.event_name, one.event["senderPhone"]) for one in w.delivery_queue.pushed]
    assert told == [("message.reaction", PHONE), ("conversation.hand_off", PHONE)]


def test_every_event_carries_the_organizations_metadata() -> None:
    w = memory_world()
    want_running(w)
    w.organizations.set_settings(A, Settings(metadata={"user.id": "7"}))
    w.receivers.replace(A, [RECEIVER])
    Publication(w.receivers, w.sessions, w.inbox, w.organizations, w.delivery_queue)(heard(w))
    told = [one.event["metadata"] for one in w.delivery_queue.pushed]
    assert told == [{"user.id": "7"}, {"user.id": "7"}]


def test_without_receivers_nothing_more_is_read() -> None:
    w = memory_world()
    sessions = Counting(w.sessions)
    assert (
        Publication(w.receivers, sessions, w.inbox, w.organizations, w.delivery_queue)(heard(w))
        == 0
    )
    assert sessions.reads == 0


class Down:
    """A queue that does not answer."""

    def push(self, *_: Any) -> None:
        raise DependencyUnavailable("the queue does not answer")


def test_a_queue_that_is_down_makes_the_change_come_again() -> None:
    w = memory_world()
    w.receivers.replace(A, [RECEIVER])
    with pytest.raises(DependencyUnavailable):
        Publication(w.receivers, w.sessions, w.inbox, w.organizations, Down())(heard(w))
    w.advance(seconds=timedelta(hours=1).total_seconds())
    assert (
        Publication(w.receivers, w.sessions, w.inbox, w.organizations, w.delivery_queue)(heard(w))
        == 2
    )
