"""`MessageStore`: found by id, forward only, listed whole."""

from dataclasses import replace

import pytest
from tests.support.builders import (
    OTHER_CHAT,
    A,
    B,
    accepted,
    incoming,
    message_number,
    person,
    received,
    seconds,
    thread,
    typed_on_phone,
)
from tests.support.world import World

from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import ChatId, MessageId, WaHex
from switchboard.domain.message import Message, MessageStatus, Reaction, moves_forward

OUTGOING = [status for status in MessageStatus if status is not MessageStatus.RECEIVED]


def outgoing(w: World, number: int = 1) -> Message:
    entry = accepted(w, number)
    return w.messages.read(A, entry.message_id)


def status(w: World, message: Message) -> MessageStatus:
    return w.messages.read(message.organization_id, message.id).status


def listed(w: World, conversation_id: str, limit: int) -> list[MessageId]:
    found, cursor = [], None
    while True:
        page = w.messages.page(A, [conversation_id], cursor, limit)
        assert len(page.items) <= limit
        found += [message.id for message in page.items]
        cursor = page.cursor
        if cursor is None:
            return found


def test_read_finds_both_directions_by_our_id(backend: World) -> None:
    contact = person(backend)
    heard = incoming(backend, contact, 1)
    backend.inbox.receive(contact, heard, answerable=True)
    assert backend.messages.read(A, heard.id) == replace(heard, in_version=1)
    sent = outgoing(backend, 2)
    assert sent.status is MessageStatus.QUEUED
    assert backend.messages.read(A, message_number(9)) is None
    assert backend.messages.read(B, heard.id) is None


def test_find_follows_whatsapps_id_to_what_went_out(backend: World) -> None:
    message = outgoing(backend)
    assert backend.messages.find(A, message.wa_hex) == message
    contact = person(backend)
    typed = typed_on_phone(backend, contact, 7)
    backend.inbox.record_own(contact, typed, backend.clock.now())
    assert backend.messages.find(A, typed.wa_hex) == typed
    assert backend.messages.find(A, WaHex("3EB0000000000000000000")) is None
    assert backend.messages.find(B, message.wa_hex) is None


def test_advance_stamps_each_step(backend: World) -> None:
    message, now = outgoing(backend), backend.clock.now()
    steps = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ)
    for number, step in enumerate(steps, start=1):
        assert backend.messages.advance(message, step, now + seconds(number))
    stored = backend.messages.read(A, message.id)
    assert stored.status is MessageStatus.READ
    assert stored.sent_at == now + seconds(1)
    assert stored.delivered_at == now + seconds(2)
    assert stored.read_at == now + seconds(3)


def test_advance_stores_the_error_it_is_given(backend: World) -> None:
    message, now = outgoing(backend), backend.clock.now()
    assert backend.messages.advance(message, MessageStatus.FAILED, now, error_code="send_rejected")
    assert backend.messages.read(A, message.id).error_code == "send_rejected"


@pytest.mark.parametrize("old", OUTGOING)
def test_no_status_moves_backwards(backend: World, old: MessageStatus) -> None:
    for number, new in enumerate(MessageStatus, start=1):
        message = outgoing(backend, number)
        if old is not MessageStatus.QUEUED:
            assert backend.messages.advance(message, old, backend.clock.now())
        before = backend.messages.read(A, message.id)
        moved = backend.messages.advance(message, new, backend.clock.now() + seconds(5))
        assert moved is moves_forward(old, new), (old, new)
        if not moved:
            assert backend.messages.read(A, message.id) == before


def test_advance_judges_what_is_stored_not_what_was_read(backend: World) -> None:
    message = outgoing(backend)
    backend.messages.advance(message, MessageStatus.READ, backend.clock.now())
    assert not backend.messages.advance(message, MessageStatus.SENT, backend.clock.now())
    assert backend.messages.read(A, message.id).sent_at is None


def test_what_was_received_keeps_its_status(backend: World) -> None:
    contact = person(backend)
    message = incoming(backend, contact, 1)
    backend.inbox.receive(contact, message, answerable=True)
    for new in MessageStatus:
        assert not backend.messages.advance(message, new, backend.clock.now())
    assert status(backend, message) is MessageStatus.RECEIVED


def test_advance_of_an_unknown_message_makes_nothing(backend: World) -> None:
    message = incoming(backend, person(backend), 1)
    assert not backend.messages.advance(message, MessageStatus.READ, backend.clock.now())
    assert backend.messages.read(A, message.id) is None


@pytest.mark.parametrize("limit", [1, 4, 9, 50])
def test_page_lists_every_message_once_newest_first(backend: World, limit: int) -> None:
    conversation = thread(backend)
    for number in range(1, 10):
        accepted(backend, number)
        if number % 3 == 0:
            backend.advance(seconds=1)
    expected = [message_number(number) for number in range(9, 0, -1)]
    assert listed(backend, conversation.id, limit) == expected


def test_page_goes_on_after_its_cursor_when_newer_messages_arrive(backend: World) -> None:
    conversation = thread(backend)
    for number in range(1, 5):
        accepted(backend, number)
    first = backend.messages.page(A, [conversation.id], None, 2)
    backend.advance(seconds=1)
    accepted(backend, 5)
    second = backend.messages.page(A, [conversation.id], first.cursor, 2)
    assert [message.id for message in second.items] == [message_number(2), message_number(1)]
    assert second.cursor is None


def test_page_refuses_a_cursor_that_it_did_not_give(backend: World) -> None:
    mine, other = thread(backend), thread(backend, A, OTHER_CHAT)
    foreign = thread(backend, B)
    for number, (organization, chat) in enumerate(
        [(A, other.chat_id)] * 2 + [(B, foreign.chat_id)] * 2, start=1
    ):
        accepted(backend, number, organization, chat)
    cursors = [
        backend.messages.page(A, [other.id], None, 1).cursor,
        backend.messages.page(B, [foreign.id], None, 1).cursor,
        backend.inbox.conversations(A, None, 1).cursor,
    ]
    assert None not in cursors
    for cursor in (*cursors, "nonsense", "", "W10=", "\N{SNOWMAN}"):
        with pytest.raises(InvalidInput) as refused:
            backend.messages.page(A, [mine.id], cursor, 10)
        assert refused.value.field == "cursor"


def test_page_of_an_unknown_conversation_is_empty(backend: World) -> None:
    page = backend.messages.page(A, ["c" * 32], None, 10)
    assert (list(page.items), page.cursor) == ([], None)


def test_recent_gives_the_last_messages_oldest_first(backend: World) -> None:
    contact = person(backend)
    for number in range(1, 6):
        conversation = received(backend, contact, number)
        backend.advance(seconds=1)
    recent = backend.messages.recent(A, [conversation.id], 3)
    assert [message.id for message in recent] == [message_number(n) for n in (3, 4, 5)]
    assert len(backend.messages.recent(A, [conversation.id], 50)) == 5
    assert list(backend.messages.recent(B, [conversation.id], 3)) == []


def test_recent_gives_all_since_a_moment_and_at_least_a_count(backend: World) -> None:
    contact, start = person(backend), backend.clock.now()
    for number in range(1, 46):
        conversation = received(backend, contact, number)
        backend.advance(seconds=1)

    def numbers(count: int, since: float) -> list[int]:
        since_then = start + seconds(since)
        found = backend.messages.recent(A, [conversation.id], count, since_then)
        return [int(message.id) for message in found]

    assert numbers(3, 5) == [*range(6, 46)]
    assert numbers(3, 43.5) == [43, 44, 45]
    assert numbers(3, 99) == [43, 44, 45]
    assert numbers(50, 0) == [*range(1, 46)]


def test_find_received_follows_whatsapps_id_to_what_a_contact_wrote(backend: World) -> None:
    contact = person(backend)
    heard = incoming(backend, contact, 1)
    backend.inbox.receive(contact, heard, answerable=True)
    assert backend.messages.find_received(A, heard.wa_hex) == replace(heard, in_version=1)
    assert backend.messages.find_received(B, heard.wa_hex) is None
    assert backend.messages.find_received(A, WaHex("3A99")) is None
    assert backend.messages.find_received(A, outgoing(backend, 2).wa_hex) is None


def test_react_is_refused_when_the_reactions_moved(backend: World) -> None:
    message = outgoing(backend)
    at = backend.clock.now()
    mine = Reaction(ChatId(OTHER_CHAT), "👍", at, from_me=True)
    assert backend.messages.react(message, [mine])
    assert not backend.messages.react(message, [replace(mine, text="")])
    stored = backend.messages.read(A, message.id)
    assert stored == replace(message, reactions=(mine,))
    other = Reaction(message.chat_id, "❤️", at)
    assert backend.messages.react(stored, [mine, other])
    assert backend.messages.read(A, message.id).reactions == (mine, other)
    unknown = replace(message, id=message_number(9), position="0#0", wa_hex=WaHex("3A99"))
    assert not backend.messages.react(unknown, [mine])


def test_edit_changes_the_body_unless_a_later_edit_did(backend: World) -> None:
    message, at = outgoing(backend), backend.clock.now()
    assert backend.messages.edit(message, "second", at + seconds(2))
    assert not backend.messages.edit(message, "second", at + seconds(2)), "the same again"
    assert not backend.messages.edit(message, "first", at + seconds(1))
    stored = backend.messages.read(A, message.id)
    assert stored == replace(message, content="second", edited_at=at + seconds(2))


def test_edit_keeps_long_bodies_whole_and_shortens_them(backend: World) -> None:
    message, at = outgoing(backend), backend.clock.now()
    longest = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(150_000))
    bodies = [longest, longest[: len(longest) // 2], "short"]
    for number, body in enumerate(bodies, 1):
        assert backend.messages.edit(message, body, at + seconds(number))
        assert backend.messages.read(A, message.id).content == body


def test_revoke_marks_once_and_keeps_what_was_said(backend: World) -> None:
    message, at = outgoing(backend), backend.clock.now()
    assert backend.messages.revoke(message, at)
    assert not backend.messages.revoke(message, at + seconds(1))
    assert backend.messages.read(A, message.id) == replace(message, revoked_at=at)


def test_statuses_of_many_own_messages_are_told_at_once(backend: World) -> None:
    sent, read = outgoing(backend, 1), outgoing(backend, 2)
    typed = typed_on_phone(backend, person(backend), 3)
    assert backend.inbox.record_own(person(backend), typed, backend.clock.now())
    for status in (MessageStatus.SENT, MessageStatus.READ):
        assert backend.messages.advance(read, status, backend.clock.now())
    wanted = [sent.wa_hex, read.wa_hex, typed.wa_hex, WaHex("3EB0000000000000000000")]
    assert backend.messages.statuses(A, wanted) == {
        sent.wa_hex: MessageStatus.QUEUED,
        read.wa_hex: MessageStatus.READ,
        typed.wa_hex: typed.status,
    }
    assert backend.messages.statuses(B, wanted) == {}
    assert backend.messages.statuses(A, ()) == {}
