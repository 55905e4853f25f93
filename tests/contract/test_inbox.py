"""`Inbox`: one person, one contact; each message stored once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.builders import (
    CHAT,
    GROUP,
    LID,
    OTHER_CHAT,
    PHONE,
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

from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    MessageId,
    WaHex,
    conversation_id,
)
from switchboard.ports.turns import Commit


def resolve(w: World, chat: ChatId, phone: str | None = None, lid: str | None = None) -> Contact:
    return w.inbox.resolve(A, Addresses(chat, phone, lid), w.clock.now())


def contact_of(w: World, contact: Contact) -> Contact:
    return w.inbox.contact(contact.organization_id, contact.id)


def conversation_of(w: World, contact: Contact) -> Conversation | None:
    return w.inbox.conversation(contact.organization_id, conversation_id(contact.id))


def test_resolve_makes_a_new_lead(backend: World) -> None:
    contact = person(backend, name="Ann")
    assert (contact.status, contact.source) == (ContactStatus.NEW_LEAD, "WHATSAPP")
    assert (contact.chat_id, contact.phone, contact.lid) == (CHAT, PHONE, None)
    assert (contact.name, contact.created_at) == ("Ann", backend.clock.now())
    assert contact_of(backend, contact) == contact
    assert backend.inbox.contact_at(A, CHAT) == contact


def test_resolve_finds_the_contact_again_and_keeps_its_name(backend: World) -> None:
    first = person(backend, name="Ann")
    backend.advance(seconds=1)
    assert person(backend) == first
    assert person(backend, name="Ann B.").name == "Ann B."
    assert person(backend, A, OTHER_CHAT).id != first.id


def test_resolve_never_invents_a_phone_for_a_lid(backend: World) -> None:
    contact = person(backend, chat=LID)
    assert (contact.chat_id, contact.phone, contact.lid) == (LID, None, LID)


def test_resolve_learns_the_other_address_of_one_contact(backend: World) -> None:
    first = person(backend)
    learned = resolve(backend, LID, PHONE, LID)
    assert learned.id == first.id
    assert (learned.chat_id, learned.phone, learned.lid) == (LID, PHONE, LID)
    assert backend.inbox.contact_at(A, LID) == learned
    assert person(backend).chat_id == CHAT


def test_the_older_contact_wins_a_merge_and_the_others_addresses_lead_to_it(
    backend: World,
) -> None:
    older = person(backend, chat=LID)
    backend.advance(seconds=1)
    newer = person(backend, name="Ann")
    assert older.id != newer.id
    merged = resolve(backend, CHAT, PHONE, LID)
    assert merged.id == older.id
    assert (merged.phone, merged.lid, merged.name) == (PHONE, LID, "Ann")
    for chat in (CHAT, LID):
        assert backend.inbox.contact_at(A, chat) == merged
    assert person(backend).id == older.id


def test_addresses_that_nobody_mentioned_follow_their_contact_in_a_merge(backend: World) -> None:
    older = person(backend)
    backend.advance(seconds=1)
    resolve(backend, LID, "15550002222", LID)
    resolve(backend, LID, PHONE, LID)
    assert backend.inbox.contact_at(A, OTHER_CHAT).id == older.id


def test_a_takeover_of_either_one_outlives_a_merge(backend: World) -> None:
    person(backend)
    backend.advance(seconds=1)
    newer = person(backend, chat=LID)
    until = backend.clock.now() + seconds(600)
    backend.inbox.set_human_until(newer, until)
    assert resolve(backend, CHAT, PHONE, LID).human_until == until


def test_the_messages_of_merged_contacts_are_one_thread(backend: World) -> None:
    """A message to a phone and one from the same person's LID may meet before we know it."""
    older = person(backend, chat=LID)
    received(backend, older, 1)
    backend.advance(seconds=1)
    newer = person(backend)
    received(backend, newer, 2)
    backend.advance(seconds=1)
    merged = resolve(backend, CHAT, PHONE, LID)
    received(backend, merged, 3)
    assert [m.id[-1] for m in backend.messages.page(A, merged.thread, None, 9).items] == [*"321"]
    assert [m.id[-1] for m in backend.messages.recent(A, merged.thread, 2)] == [*"23"]
    first = backend.messages.page(A, merged.thread, None, 1)
    second = backend.messages.page(A, merged.thread, first.cursor, 2)
    assert [m.id[-1] for m in (*first.items, *second.items)] == [*"321"]
    assert second.cursor is None
    listed = backend.inbox.conversations(A, None, 10).items
    assert [conversation.contact_id for conversation in listed] == [older.id]


def test_a_merged_contact_leads_to_the_one_that_it_is(backend: World) -> None:
    """A turn or a queued message of the former one must see an opt-out or a takeover."""
    older = person(backend, chat=LID)
    backend.advance(seconds=1)
    newer = person(backend)
    merged = resolve(backend, CHAT, PHONE, LID)
    until = backend.clock.now() + seconds(60)
    backend.inbox.set_human_until(merged, until)
    assert contact_of(backend, newer) == contact_of(backend, older)
    assert contact_of(backend, newer).human_until == until


def test_a_group_is_nobodys_alias(backend: World) -> None:
    member = person(backend)
    group = resolve(backend, GROUP, PHONE, LID)
    assert group.id != member.id
    assert (group.phone, group.lid) == (None, None)
    assert backend.inbox.contact_at(A, CHAT) == member
    assert backend.inbox.contact_at(A, LID) is None


def test_receive_stores_message_and_counts_the_version_at_once(backend: World) -> None:
    contact = person(backend, name="Ann")
    assert conversation_of(backend, contact) is None
    message = incoming(backend, contact, 1)
    assert backend.inbox.receive(contact, message, answerable=True)
    conversation = conversation_of(backend, contact)
    assert (conversation.status, conversation.channel) == ("ACTIVE", "WHATSAPP")
    assert (conversation.contact_id, conversation.chat_id) == (contact.id, CHAT)
    assert (conversation.in_version, conversation.unanswered) == (1, True)
    assert conversation.first_pending_at == message.created_at
    assert (conversation.last_message, conversation.unread) == ("hello", 1)
    assert conversation.last_message_at == message.received_at
    assert backend.messages.read(A, message.id) == replace(message, in_version=1)


def test_receive_returns_false_for_whatsapps_id_known_already(backend: World) -> None:
    contact = person(backend)
    received(backend, contact, 1)
    before = conversation_of(backend, contact)
    again = replace(incoming(backend, contact, 1), id=message_number(2), content="twice")
    assert not backend.inbox.receive(contact, again, answerable=True)
    assert conversation_of(backend, contact) == before
    assert backend.messages.read(A, message_number(2)) is None


def test_receive_knows_the_id_also_under_the_chats_other_address(backend: World) -> None:
    contact = person(backend)
    received(backend, contact, 1)
    under_lid = replace(
        incoming(backend, contact, 1),
        id=message_number(2),
        whatsapp_message_id=f"false_{LID}_3A{1:018d}",
        chat_id=LID,
    )
    assert not backend.inbox.receive(contact, under_lid, answerable=True)


def test_the_wait_counts_from_the_first_message_of_a_burst(backend: World) -> None:
    contact = person(backend)
    first = backend.clock.now()
    for number in (1, 2, 3):
        received(backend, contact, number)
        backend.advance(seconds=2)
    conversation = conversation_of(backend, contact)
    assert (conversation.in_version, conversation.first_pending_at) == (3, first)
    assert conversation.unread == 3


def test_what_is_not_answerable_is_stored_without_asking(backend: World) -> None:
    contact = person(backend)
    conversation = received(backend, contact, 1, answerable=False)
    assert not conversation.unanswered
    assert conversation.first_pending_at is None
    assert backend.messages.read(A, message_number(1)).in_version is None
    assert list(backend.turns.unanswered(backend.clock.now() + seconds(99), 10)) == []
    received(backend, contact, 2)
    assert received(backend, contact, 3, answerable=False).unanswered


def test_an_old_message_found_by_a_scan_is_not_the_last_one(backend: World) -> None:
    contact = person(backend)
    received(backend, contact, 1)
    old = replace(
        incoming(backend, contact, 2, "old"), received_at=backend.clock.now() - seconds(900)
    )
    assert backend.inbox.receive(contact, old, answerable=False)
    assert conversation_of(backend, contact).last_message == "hello"


def test_record_own_stores_the_message_and_hands_over_to_a_person(backend: World) -> None:
    contact = person(backend)
    received(backend, contact, 1)
    until = backend.clock.now() + seconds(600)
    message = typed_on_phone(backend, contact, 7)
    assert backend.inbox.record_own(contact, message, until)
    assert contact_of(backend, contact).human_until == until
    assert backend.messages.read(A, message.id) == message
    conversation = conversation_of(backend, contact)
    assert (conversation.in_version, conversation.unread) == (1, 0)
    assert conversation.last_message == "mine"


def test_record_own_returns_false_for_an_id_that_is_known(backend: World) -> None:
    contact = person(backend)
    until = backend.clock.now() + seconds(600)
    typed = typed_on_phone(backend, contact, 7)
    assert backend.inbox.record_own(contact, typed, until)
    assert not backend.inbox.record_own(
        contact, replace(typed, id=message_number(8)), until + seconds(99)
    )
    ours = backend.messages.read(A, accepted(backend, 9, chat=OTHER_CHAT).message_id)
    other = person(backend, chat=OTHER_CHAT)
    seen = replace(typed_on_phone(backend, other, 10), wa_hex=ours.wa_hex)
    assert not backend.inbox.record_own(other, seen, until)
    assert contact_of(backend, other).human_until is None
    assert contact_of(backend, contact).human_until == until
    assert backend.messages.read(A, message_number(8)) is None


def test_a_short_takeover_does_not_end_a_long_one(backend: World) -> None:
    contact = person(backend)
    long = backend.clock.now() + seconds(90_000)
    backend.inbox.set_human_until(contact, long)
    contact = contact_of(backend, contact)
    own = typed_on_phone(backend, contact, 7)
    assert backend.inbox.record_own(contact, own, backend.clock.now() + seconds(60))
    assert contact_of(backend, contact).human_until == long


def test_contact_and_contact_at_return_none_for_the_unknown(backend: World) -> None:
    contact = person(backend)
    assert backend.inbox.contact(A, "c" * 32) is None
    assert backend.inbox.contact(B, contact.id) is None
    assert backend.inbox.contact_at(A, OTHER_CHAT) is None
    assert backend.inbox.contact_at(B, CHAT) is None


def test_set_contact_status_is_refused_when_the_status_moved(backend: World) -> None:
    as_read = person(backend)
    assert backend.inbox.set_contact_status(as_read, ContactStatus.IN_PROGRESS)
    assert not backend.inbox.set_contact_status(as_read, ContactStatus.LOST)
    assert contact_of(backend, as_read).status is ContactStatus.IN_PROGRESS
    unknown = replace(as_read, id="c" * 32)
    assert not backend.inbox.set_contact_status(unknown, ContactStatus.LOST)
    assert contact_of(backend, unknown) is None


def test_set_human_until_starts_and_ends_a_takeover(backend: World) -> None:
    contact = person(backend)
    conversation = received(backend, contact, 1)
    now = backend.clock.now()
    backend.turns.claim(conversation, "token", now, now + seconds(30))
    hand_off = Commit(1, None, None, None, now + seconds(600), "complaint")
    assert backend.turns.commit(conversation, "token", hand_off, now)
    waiting = conversation_of(backend, contact)
    assert (waiting.needs_human, waiting.hand_off_reason) == (True, "complaint")
    assert waiting.handed_off_at == now
    backend.inbox.set_human_until(contact, now + seconds(900))
    assert contact_of(backend, contact).human_until == now + seconds(900)
    taken = conversation_of(backend, contact)
    assert (taken.needs_human, taken.hand_off_reason, taken.handed_off_at) == (False, None, None)
    backend.inbox.set_human_until(contact, None)
    assert contact_of(backend, contact).human_until is None


def test_releasing_a_conversation_ends_its_wait_for_a_person(backend: World) -> None:
    contact = person(backend)
    conversation, now = received(backend, contact, 1), backend.clock.now()
    backend.turns.claim(conversation, "token", now, now + seconds(30))
    hand_off = Commit(1, None, None, None, now + seconds(600), "complaint")
    assert backend.turns.commit(conversation, "token", hand_off, now)
    backend.inbox.set_human_until(contact, None)
    released = conversation_of(backend, contact)
    assert (released.needs_human, released.hand_off_reason) == (False, None)
    assert released.handed_off_at is None


def test_what_an_operator_types_on_the_phone_ends_the_wait_for_a_person(backend: World) -> None:
    contact = person(backend)
    conversation, now = received(backend, contact, 1), backend.clock.now()
    backend.turns.claim(conversation, "token", now, now + seconds(30))
    hand_off = Commit(1, None, None, None, now + seconds(600), "complaint", contact)
    assert backend.turns.commit(conversation, "token", hand_off, now)
    assert backend.inbox.record_own(contact, typed_on_phone(backend, contact, 2), now)
    answered = conversation_of(backend, contact)
    assert (answered.needs_human, answered.hand_off_reason) == (False, None)
    assert contact_of(backend, contact).human_until == now + seconds(600)


def test_a_wish_is_taken_in_with_its_message_and_only_once(backend: World) -> None:
    contact = person(backend)
    stop, start = incoming(backend, contact, 1, "stop"), incoming(backend, contact, 2, "start")
    assert backend.inbox.receive(contact, stop, answerable=False, opted_out=True)
    assert contact_of(backend, contact).opted_out
    assert backend.inbox.receive(contact, incoming(backend, contact, 3), answerable=True)
    assert contact_of(backend, contact).opted_out
    assert backend.inbox.receive(contact, start, answerable=True, opted_out=False)
    assert not contact_of(backend, contact).opted_out
    assert not backend.inbox.receive(contact, stop, answerable=False, opted_out=True)
    assert not contact_of(backend, contact).opted_out


@pytest.mark.parametrize("newer", [True, False])
def test_a_wish_that_comes_late_does_not_undo_a_newer_one(backend: World, *, newer: bool) -> None:
    contact, now = person(backend), backend.clock.now()
    first = incoming(backend, contact, 1)
    late = replace(incoming(backend, contact, 2), received_at=now - timedelta(days=3))
    assert backend.inbox.receive(contact, first, answerable=False, opted_out=newer)
    assert backend.inbox.receive(contact, late, answerable=False, opted_out=not newer)
    assert contact_of(backend, contact).opted_out is newer
    backend.inbox.set_opted_out(contact, now + seconds(60), opted_out=not newer)
    again = replace(incoming(backend, contact, 3), received_at=now + seconds(59))
    assert backend.inbox.receive(contact, again, answerable=False, opted_out=newer)
    assert contact_of(backend, contact).opted_out is not newer


def test_set_human_until_makes_neither_contact_nor_conversation(backend: World) -> None:
    known = person(backend)
    unknown = replace(known, id="c" * 32)
    for contact in (known, unknown):
        backend.inbox.set_human_until(contact, backend.clock.now())
        backend.inbox.set_human_until(contact, None)
    assert contact_of(backend, unknown) is None
    assert list(backend.inbox.conversations(A, None, 10).items) == []


def test_contacts_are_listed_once_by_id_and_merged_ones_are_not(backend: World) -> None:
    one, two = resolve(backend, CHAT), resolve(backend, LID)
    other = resolve(backend, OTHER_CHAT)
    backend.inbox.resolve(B, Addresses(CHAT), backend.clock.now())
    person_of_both = resolve(backend, LID, phone=PHONE, lid=LID)
    assert person_of_both.id in {one.id, two.id}
    found, cursor = [], None
    for _ in range(4):
        page = backend.inbox.contacts(A, cursor, 1)
        found += [contact.id for contact in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == sorted({person_of_both.id, other.id})


def test_contacts_refuse_a_cursor_that_they_did_not_give(backend: World) -> None:
    for chat in (CHAT, OTHER_CHAT):
        backend.inbox.resolve(B, Addresses(chat), backend.clock.now())
    theirs = backend.inbox.contacts(B, None, 1).cursor
    assert theirs is not None
    for cursor in (theirs, "nonsense", ""):
        with pytest.raises(InvalidInput):
            backend.inbox.contacts(A, cursor, 1)


def test_set_opted_out_is_kept_and_taken_back(backend: World) -> None:
    contact = person(backend)
    for opted_out in (True, True, False):
        backend.inbox.set_opted_out(contact, backend.clock.now(), opted_out=opted_out)
        assert contact_of(backend, contact).opted_out is opted_out
    stranger = replace(contact, id=ContactId("unknown"))
    backend.inbox.set_opted_out(stranger, backend.clock.now(), opted_out=True)
    assert contact_of(backend, stranger) is None


def test_mark_read_forgets_what_is_unread(backend: World) -> None:
    contact = person(backend)
    backend.inbox.mark_read(contact)
    assert conversation_of(backend, contact) is None
    received(backend, contact, 1)
    received(backend, contact, 2)
    assert conversation_of(backend, contact).unread == 2
    backend.inbox.mark_read(contact)
    assert conversation_of(backend, contact).unread == 0
    assert conversation_of(backend, contact).in_version == 2


def test_open_conversation_makes_one_and_finds_it_again(backend: World) -> None:
    contact = person(backend, name="Ann")
    made = backend.inbox.open_conversation(contact, backend.clock.now())
    assert (made.id, made.next_seq) == (conversation_id(contact.id), 1)
    assert (made.chat_id, made.title, made.unanswered) == (CHAT, "Ann", False)
    backend.advance(seconds=9)
    assert backend.inbox.open_conversation(contact, backend.clock.now()) == made
    assert backend.inbox.conversation(A, made.id) == made
    assert backend.inbox.conversation(A, ConversationId("c" * 32)) is None


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_conversations_are_listed_once_by_id(backend: World, limit: int) -> None:
    chats = [ChatId(f"1555000{number:04d}@c.us") for number in range(9)]
    expected = sorted(thread(backend, A, chat).id for chat in chats)
    thread(backend, B)
    found: list[str] = []
    cursor = None
    while True:
        page = backend.inbox.conversations(A, cursor, limit)
        found += [conversation.id for conversation in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == expected


def test_conversations_refuse_a_cursor_that_they_did_not_give(backend: World) -> None:
    for organization in (A, B):
        for chat in (CHAT, OTHER_CHAT):
            thread(backend, organization, chat)
        backend.sessions.create(organization, backend.clock.now())
    cursors = (
        backend.inbox.conversations(B, None, 1).cursor,
        backend.sessions.page(None, 1).cursor,
    )
    assert None not in cursors
    for cursor in (*cursors, "nonsense", "", "\N{SNOWMAN}"):
        with pytest.raises(InvalidInput) as refused:
            backend.inbox.conversations(A, cursor, 10)
        assert refused.value.field == "cursor"


def test_equal_addresses_and_ids_of_two_organizations_never_meet(backend: World) -> None:
    ours, theirs = person(backend, A), person(backend, B)
    assert ours.id != theirs.id
    for contact in (ours, theirs):
        message = replace(incoming(backend, contact, 1), content=contact.organization_id)
        assert backend.inbox.receive(contact, message, answerable=True)
    assert backend.messages.read(A, MessageId(message_number(1))).content == A
    assert backend.messages.read(B, MessageId(message_number(1))).content == B
    backend.inbox.set_human_until(ours, backend.clock.now())
    assert contact_of(backend, theirs).human_until is None
    assert backend.inbox.conversation(B, conversation_id(ours.id)) is None
    lid = backend.inbox.resolve(B, Addresses(LID, PHONE, LID), backend.clock.now())
    assert lid.id == theirs.id
    assert backend.inbox.contact_at(A, LID) is None


def test_a_conversation_carries_the_correlation_id_of_what_waits_last(backend: World) -> None:
    contact = person(backend)
    assert received(backend, contact, 1).correlation_id == message_number(1)
    assert received(backend, contact, 2).correlation_id == message_number(2)
    after = received(backend, contact, 3, answerable=False)
    assert after.correlation_id == message_number(2)


def test_of_many_ids_those_are_told_that_are_stored(backend: World) -> None:
    contact, other = person(backend), person(backend, B)
    for number in range(1, 131):  # more than one request's worth
        received(backend, contact, number)
    received(backend, other, 200)
    wanted = {WaHex(f"3A{number:018d}") for number in range(1, 250)}
    assert backend.inbox.stored(A, wanted) == {WaHex(f"3A{n:018d}") for n in range(1, 131)}
    assert backend.inbox.stored(A, ()) == frozenset()
