"""`Turns`: one burst, one reply."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.builders import (
    OTHER_CHAT,
    A,
    B,
    accepted,
    draft,
    message_number,
    person,
    received,
    seconds,
)
from tests.support.world import World

from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.outbox import EntryState
from switchboard.ports.turns import Commit

HOLD = timedelta(seconds=35)
NOTHING = Commit(1, None, None, None, None)


@pytest.fixture
def contact(backend: World) -> Contact:
    return person(backend)


def claim(w: World, conversation: Conversation, token: str) -> bool:
    now = w.clock.now()
    return w.turns.claim(conversation, token, now, now + HOLD)


def again(w: World, conversation: Conversation) -> Conversation:
    return w.inbox.conversation(conversation.organization_id, conversation.id)


def reply(w: World, conversation: Conversation, number: int = 50, version: int = 1) -> Commit:
    return Commit(version, *draft(w, conversation, number, "the reply"), None, None)


def test_claim_takes_the_turn_until_its_end(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    assert claim(backend, conversation, "one")
    held = again(backend, conversation)
    assert (held.answer_token, held.answer_until) == ("one", backend.clock.now() + HOLD)


def test_claim_is_refused_when_nothing_waits(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1, answerable=False)
    assert not claim(backend, conversation, "one")
    missing = replace(conversation, id="c" * 32)
    assert not claim(backend, missing, "one")
    assert again(backend, missing) is None


def test_claim_is_refused_while_another_token_holds_the_turn(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    assert claim(backend, conversation, "one")
    backend.advance(seconds=34)
    assert not claim(backend, conversation, "two")
    assert claim(backend, conversation, "one")


def test_a_token_that_ended_does_not_block_the_turn(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    assert claim(backend, conversation, "one")
    backend.advance(seconds=36)
    assert claim(backend, conversation, "two")
    assert not backend.turns.commit(conversation, "one", NOTHING, backend.clock.now())
    assert not backend.turns.discard(conversation, "one")
    assert again(backend, conversation).answer_token == "two"


def test_discard_frees_the_turn_and_is_remembered(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    assert not backend.turns.discard(conversation, "two")
    assert backend.turns.discard(conversation, "one")
    after = again(backend, conversation)
    assert (after.answer_token, after.discarded, after.unanswered) == (None, True, True)
    assert after.first_pending_at == conversation.first_pending_at
    assert not backend.turns.discard(conversation, "one")
    assert claim(backend, conversation, "two")
    assert again(backend, conversation).discarded


def test_release_gives_the_turn_back_unanswered(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    backend.turns.release(conversation, "two")
    assert again(backend, conversation).answer_token == "one"
    backend.turns.release(conversation, "one")
    after = again(backend, conversation)
    assert (after.answer_token, after.unanswered, after.discarded) == (None, True, False)
    assert claim(backend, conversation, "two")


def test_commit_writes_version_reply_status_and_takeover_at_once(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    message, entry = draft(backend, conversation, 50, "the reply")
    until = backend.clock.now() + seconds(600)
    commit = Commit(1, message, entry, ContactStatus.QUALIFIED, until, contact=contact)
    assert backend.turns.commit(conversation, "one", commit, backend.clock.now())
    after = again(backend, conversation)
    assert (after.answered_version, after.unanswered) == (1, False)
    assert (after.answer_token, after.first_pending_at) == (None, None)
    assert (after.next_seq, after.needs_human) == (2, True)
    assert after.last_message == "the reply"
    assert backend.messages.read(A, message.id) == message
    assert backend.messages.find(A, entry.wa_hex) == message
    assert backend.outbox.read(A, message.id) == entry
    assert entry.state is EntryState.PENDING
    told = backend.inbox.contact(A, contact.id)
    assert (told.status, told.human_until) == (ContactStatus.QUALIFIED, until)


def test_commit_without_a_reply_only_answers_the_version(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    assert backend.turns.commit(conversation, "one", NOTHING, backend.clock.now())
    after = again(backend, conversation)
    assert (after.unanswered, after.next_seq, after.needs_human) == (False, 1, False)
    assert backend.outbox.load(A) == []
    assert backend.inbox.contact(A, contact.id) == contact


def test_commit_is_refused_without_the_token(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    commit = reply(backend, conversation)
    assert not backend.turns.commit(conversation, "one", commit, backend.clock.now())
    claim(backend, conversation, "two")
    assert not backend.turns.commit(conversation, "one", commit, backend.clock.now())
    assert again(backend, conversation).unanswered
    assert backend.outbox.load(A) == []


def test_commit_is_refused_when_the_contact_went_on_writing(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    received(backend, contact, 2)
    commit = replace(
        reply(backend, conversation), contact_status=ContactStatus.LOST, contact=contact
    )
    assert not backend.turns.commit(conversation, "one", commit, backend.clock.now())
    assert backend.outbox.load(A) == []
    assert backend.messages.read(A, message_number(50)) is None
    assert backend.inbox.contact(A, contact.id).status is ContactStatus.NEW_LEAD


def test_commit_is_refused_when_another_message_took_the_sequence_number(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    accepted(backend, 2)
    stale = reply(backend, conversation)
    assert not backend.turns.commit(conversation, "one", stale, backend.clock.now())
    current = again(backend, conversation)
    fresh = reply(backend, current)
    assert backend.turns.commit(current, "one", fresh, backend.clock.now())
    assert [entry.seq for entry in sorted(backend.outbox.load(A), key=lambda e: e.seq)] == [1, 2]


def test_commit_of_an_older_version_leaves_the_rest_as_a_new_burst(
    backend: World, contact: Contact
) -> None:
    claimed = received(backend, contact, 1)
    claim(backend, claimed, "one")
    backend.turns.discard(claimed, "one")
    claim(backend, claimed, "two")
    backend.advance(seconds=20)
    current = received(backend, contact, 2)
    now = backend.clock.now()
    assert backend.turns.commit(current, "two", reply(backend, current), now)
    after = again(backend, claimed)
    assert (after.in_version, after.answered_version, after.unanswered) == (2, 1, True)
    assert (after.first_pending_at, after.discarded) == (now, False)


def test_a_burst_gets_one_reply_however_often_it_is_committed(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    claim(backend, conversation, "one")
    commit, now = reply(backend, conversation), backend.clock.now()
    assert backend.turns.commit(conversation, "one", commit, now)
    assert not backend.turns.commit(conversation, "one", commit, now)
    assert not claim(backend, again(backend, conversation), "one")
    assert len(backend.outbox.load(A)) == 1


def test_a_hand_off_does_not_shorten_a_takeover(backend: World, contact: Contact) -> None:
    conversation = received(backend, contact, 1)
    long = backend.clock.now() + seconds(90_000)
    backend.inbox.set_human_until(contact, long)
    claim(backend, conversation, "one")
    until = backend.clock.now() + seconds(60)
    commit = replace(NOTHING, human_until=until, contact=replace(contact, human_until=long))
    assert backend.turns.commit(conversation, "one", commit, backend.clock.now())
    assert backend.inbox.contact(A, contact.id).human_until == long


def test_commit_is_refused_when_a_person_changed_what_the_turn_changes(
    backend: World, contact: Contact
) -> None:
    conversation, now = received(backend, contact, 1), backend.clock.now()
    claim(backend, conversation, "one")
    status = replace(NOTHING, contact_status=ContactStatus.QUALIFIED, contact=contact)
    hand_off = replace(NOTHING, human_until=now + seconds(60), contact=contact)
    assert backend.inbox.set_contact_status(contact, ContactStatus.LOST)
    assert not backend.turns.commit(conversation, "one", status, now)
    backend.inbox.set_human_until(contact, now + seconds(5))
    assert not backend.turns.commit(conversation, "one", hand_off, now)
    stored = backend.inbox.contact(A, contact.id)
    assert (stored.status, stored.human_until) == (ContactStatus.LOST, now + seconds(5))
    assert again(backend, conversation).unanswered
    as_read = (replace(status, contact=stored), replace(hand_off, contact=stored))
    assert backend.turns.commit(conversation, "one", as_read[1], now)


def test_unanswered_gives_the_longest_waiting_first(backend: World, contact: Contact) -> None:
    first = received(backend, contact, 1)
    backend.advance(seconds=1)
    second = received(backend, person(backend, B), 1)
    backend.advance(seconds=1)
    answered = received(backend, person(backend, A, OTHER_CHAT), 2)
    claim(backend, answered, "one")
    backend.turns.commit(answered, "one", NOTHING, backend.clock.now())
    backend.advance(seconds=1)
    both = [(A, first.id), (B, second.id)]
    now = backend.clock.now()
    assert list(backend.turns.unanswered(now, 10)) == both
    assert list(backend.turns.unanswered(now, 1)) == both[:1]
    assert list(backend.turns.unanswered(now - seconds(2), 10)) == both[:1]


def test_a_turn_that_is_given_up_still_counts_as_unanswered(
    backend: World, contact: Contact
) -> None:
    conversation = received(backend, contact, 1)
    later = backend.clock.now() + seconds(99)
    for give_up in (backend.turns.release, backend.turns.discard):
        assert claim(backend, conversation, "one")
        give_up(conversation, "one")
        assert list(backend.turns.unanswered(later, 10)) == [(A, conversation.id)]


def test_turns_of_two_organizations_never_meet(backend: World, contact: Contact) -> None:
    ours = received(backend, contact, 1)
    twin = received(backend, replace(contact, organization_id=B), 1)
    assert ours.id == twin.id
    assert claim(backend, ours, "one")
    assert claim(backend, twin, "two")
    assert backend.turns.commit(ours, "one", reply(backend, ours), backend.clock.now())
    assert again(backend, twin).answer_token == "two"
    assert backend.outbox.load(B) == []
