"""`Outbox`: what was accepted goes out once, whoever crashes."""

from dataclasses import replace

import pytest
from tests.support.builders import (
    CHAT,
    HOST,
    NOBODY,
    OTHER_CHAT,
    A,
    B,
    accepted,
    draft,
    entry_of,
    incoming,
    message_number,
    person,
    ready,
    seconds,
    thread,
)
from tests.support.world import World

from switchboard.domain.conversation import Conversation
from switchboard.domain.errors import Conflict
from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import EntryState, OutboxEntry, Priority
from switchboard.domain.session import Lease


def lease(epoch: int) -> Lease:
    return Lease(A, HOST, epoch)


def stored(w: World, entry: OutboxEntry) -> OutboxEntry | None:
    return w.outbox.read(entry.organization_id, entry.message_id)


def sending(w: World, number: int, epoch: int = 1) -> OutboxEntry:
    claimed = w.outbox.claim(ready(w, number), lease(epoch), f"claim-{number}")
    assert claimed is not None
    return claimed


def retrying(w: World, number: int, epoch: int = 1) -> OutboxEntry:
    entry = w.outbox.retry(sending(w, number, epoch), w.clock.now(), attempts=1, recoveries=0)
    assert entry is not None
    return entry


def test_accept_writes_message_pointers_and_pending_entry(backend: World) -> None:
    conversation = thread(backend)
    message, entry = draft(backend, conversation, 1, priority=Priority.URGENT)
    answer = backend.outbox.accept(conversation, message, entry, "hash")
    assert (answer.message_id, answer.duplicate) == (message.id, False)
    assert backend.messages.read(A, message.id) == message
    assert backend.messages.find(A, entry.wa_hex) == message
    assert stored(backend, entry) == entry
    assert entry.state is EntryState.PENDING


def test_accept_keeps_when_a_message_may_go(backend: World) -> None:
    conversation = thread(backend)
    message, entry = draft(backend, conversation, 1)
    now = backend.clock.now()
    timed = replace(entry, send_at=now + seconds(60), expires_at=now + seconds(120))
    backend.outbox.accept(conversation, message, timed, "hash")
    assert stored(backend, timed) == timed
    assert list(backend.outbox.load(A)) == [timed]
    after = backend.inbox.conversation(A, conversation.id)
    assert after.next_seq == conversation.next_seq + 1
    assert (after.last_message, after.last_message_at) == ("hi", message.created_at)


def test_accept_keeps_every_character_of_a_long_text(backend: World) -> None:
    conversation = thread(backend)
    text = "\N{GRINNING FACE}\N{HEBREW LETTER ALEF}\n" * 20_000
    message, entry = draft(backend, conversation, 1, text)
    assert backend.outbox.accept(conversation, message, entry, "hash") is not None
    assert backend.messages.read(A, message.id).content == text


def test_accept_returns_none_when_the_sequence_moved(backend: World) -> None:
    conversation = thread(backend)
    accepted(backend, 1)
    message, entry = draft(backend, conversation, 2)
    assert backend.outbox.accept(conversation, message, entry, "hash") is None
    assert backend.messages.read(A, message.id) is None
    assert backend.messages.find(A, entry.wa_hex) is None
    assert stored(backend, entry) is None


def test_accept_into_a_conversation_that_is_not_there_writes_nothing(backend: World) -> None:
    conversation = replace(thread(backend), id="c" * 32)
    message, entry = draft(backend, conversation, 1)
    assert backend.outbox.accept(conversation, message, entry, "hash") is None
    assert backend.messages.read(A, message.id) is None


def test_accepting_the_same_request_again_is_a_duplicate_and_writes_nothing(
    backend: World,
) -> None:
    first = accepted(backend, 1)
    conversation = thread(backend)
    message, entry = draft(backend, conversation, 1)
    again = backend.outbox.accept(conversation, message, entry, "hash")
    assert (again.message_id, again.duplicate) == (message.id, True)
    assert backend.outbox.load(A) == [first]
    assert backend.inbox.conversation(A, conversation.id) == conversation


def test_accepting_again_is_a_duplicate_also_after_the_message_was_sent(backend: World) -> None:
    entry = accepted(backend, 1)
    backend.outbox.remove(entry)
    conversation = thread(backend)
    again = backend.outbox.accept(conversation, *draft(backend, conversation, 1), "hash")
    assert again.duplicate
    assert backend.outbox.load(A) == []


@pytest.mark.parametrize("reads_again", [False, True])
def test_accepting_another_request_under_the_same_id_conflicts(
    backend: World, *, reads_again: bool
) -> None:
    conversation = thread(backend)
    message, entry = draft(backend, conversation, 1)
    backend.outbox.accept(conversation, message, entry, "hash")
    current = thread(backend) if reads_again else conversation
    with pytest.raises(Conflict):
        backend.outbox.accept(current, replace(message, content="other"), entry, "other hash")
    assert backend.messages.read(A, message.id).content == "hi"


def test_load_gives_all_entries_of_one_organization(backend: World) -> None:
    entries = [accepted(backend, number) for number in range(1, 30)]
    accepted(backend, 1, B)
    loaded = sorted(backend.outbox.load(A), key=lambda entry: entry.message_id)
    assert loaded == entries
    assert [entry.seq for entry in loaded] == list(range(1, 30))
    assert backend.outbox.load(NOBODY) == []


def test_read_returns_none_for_what_is_terminal_or_never_was(backend: World) -> None:
    assert backend.outbox.read(A, message_number(1)) is None
    entry = accepted(backend, 1)
    backend.outbox.remove(entry)
    assert stored(backend, entry) is None


def test_mark_ready_moves_pending_only_and_knows_what_is_gone(backend: World) -> None:
    entry = accepted(backend, 1)
    assert backend.outbox.mark_ready(A, entry.message_id)
    assert stored(backend, entry).state is EntryState.READY
    assert backend.outbox.mark_ready(A, entry.message_id)
    assert backend.outbox.claim(entry, lease(1), "c") is not None
    assert backend.outbox.mark_ready(A, entry.message_id)
    assert stored(backend, entry).state is EntryState.SENDING
    assert not backend.outbox.mark_ready(A, message_number(9))
    assert stored(backend, replace(entry, message_id=message_number(9))) is None


@pytest.mark.parametrize(
    ("make", "claimed_under", "epoch", "allowed"),
    [
        ("pending", 0, 5, False),
        ("ready", 0, 1, True),
        ("retry", 3, 2, False),
        ("retry", 3, 3, True),
        ("retry", 3, 4, True),
        ("sending", 3, 2, False),
        ("sending", 3, 3, False),
        ("sending", 3, 4, True),
    ],
)
def test_claim_is_granted_by_state_and_epoch(
    backend: World, make: str, claimed_under: int, epoch: int, *, allowed: bool
) -> None:
    entry = {
        "pending": lambda: accepted(backend, 1),
        "ready": lambda: ready(backend, 1),
        "retry": lambda: retrying(backend, 1, claimed_under),
        "sending": lambda: sending(backend, 1, claimed_under),
    }[make]()
    before = stored(backend, entry)
    claimed = backend.outbox.claim(entry, lease(epoch), "the claim")
    if not allowed:
        assert claimed is None
        assert stored(backend, entry) == before
        return
    assert (claimed.state, claimed.claim_epoch) == (EntryState.SENDING, epoch)
    assert claimed.claim_id == "the claim"
    assert stored(backend, entry) == claimed


def test_claim_judges_what_is_stored_not_what_was_read(backend: World) -> None:
    as_read = ready(backend, 1)
    backend.outbox.claim(as_read, lease(2), "newer")
    assert backend.outbox.claim(as_read, lease(1), "older") is None
    assert stored(backend, as_read).claim_id == "newer"


def test_claim_of_what_is_gone_returns_none_and_makes_nothing(backend: World) -> None:
    entry = ready(backend, 1)
    backend.outbox.cancel(A, entry.message_id)
    assert backend.outbox.claim(entry, lease(1), "c") is None
    assert stored(backend, entry) is None


def test_retry_stores_the_counts_and_when_it_is_due(backend: World) -> None:
    entry = sending(backend, 1)
    due = backend.clock.now() + seconds(4)
    again = backend.outbox.retry(entry, due, attempts=2, recoveries=1)
    assert (again.state, again.due_at) == (EntryState.RETRY, due)
    assert (again.attempts, again.recoveries) == (2, 1)
    assert stored(backend, entry) == again


def test_retry_is_refused_when_the_claim_is_not_the_stored_one(backend: World) -> None:
    entry = sending(backend, 1)
    now = backend.clock.now()
    for other in (
        replace(entry, claim_id="another"),
        replace(entry, claim_epoch=9),
        replace(entry, claim_id=None, claim_epoch=None),
    ):
        assert backend.outbox.retry(other, now, attempts=1, recoveries=0) is None
    taken = backend.outbox.claim(entry, lease(2), "newer owner")
    assert backend.outbox.retry(entry, now, attempts=1, recoveries=0) is None
    assert stored(backend, entry) == taken


def test_retry_of_an_unclaimed_entry_is_refused(backend: World) -> None:
    entry = ready(backend, 1)
    assert backend.outbox.retry(entry, backend.clock.now(), attempts=1, recoveries=0) is None
    assert stored(backend, entry) == entry


def test_remove_deletes_the_entry_of_its_claimer_and_of_nobody(backend: World) -> None:
    for number, entry in enumerate((accepted(backend, 1), sending(backend, 2)), start=1):
        assert backend.outbox.remove(entry)
        assert backend.outbox.read(A, message_number(number)) is None
    assert backend.messages.read(A, message_number(1)) is not None


def test_remove_returns_false_when_a_newer_owner_claimed_the_entry(backend: World) -> None:
    old = sending(backend, 1)
    new = backend.outbox.claim(old, lease(2), "newer owner")
    assert not backend.outbox.remove(old)
    unclaimed = ready(backend, 2)
    assert backend.outbox.claim(unclaimed, lease(1), "c") is not None
    assert not backend.outbox.remove(unclaimed)
    assert stored(backend, old) == new


def test_cancel_deletes_what_nobody_is_sending(backend: World) -> None:
    for entry in (accepted(backend, 1), ready(backend, 2), retrying(backend, 3)):
        assert backend.outbox.cancel(A, entry.message_id)
        assert stored(backend, entry) is None
        assert not backend.outbox.cancel(A, entry.message_id)
        assert backend.messages.read(A, entry.message_id).status is MessageStatus.QUEUED


def test_cancel_returns_false_while_the_message_is_being_sent(backend: World) -> None:
    entry = sending(backend, 1)
    assert not backend.outbox.cancel(A, entry.message_id)
    assert stored(backend, entry) == entry


def test_overdue_pending_gives_the_oldest_of_all_organizations_first(backend: World) -> None:
    for organization, number in ((A, 1), (B, 2), (A, 3), (B, 4)):
        accepted(backend, number, organization)
        backend.advance(seconds=1)
    backend.outbox.mark_ready(A, message_number(1))
    backend.outbox.cancel(B, message_number(4))
    now = backend.clock.now()
    both = [(B, message_number(2)), (A, message_number(3))]
    assert backend.outbox.overdue_pending(now, 10) == both
    assert backend.outbox.overdue_pending(now, 1) == both[:1]
    assert backend.outbox.overdue_pending(now - seconds(2), 10) == both[:1]


def test_equal_ids_of_two_organizations_never_meet(backend: World) -> None:
    contact = person(backend, A)
    twin = replace(contact, organization_id=B)
    conversations: list[Conversation] = [
        backend.inbox.open_conversation(each, backend.clock.now()) for each in (contact, twin)
    ]
    assert conversations[0].id == conversations[1].id
    for conversation, text in zip(conversations, ("for alpha", "for beta"), strict=True):
        message, entry = draft(backend, conversation, 1, text)
        assert not backend.outbox.accept(conversation, message, entry, text).duplicate
    assert backend.messages.read(A, message_number(1)).content == "for alpha"
    assert backend.messages.read(B, message_number(1)).content == "for beta"
    assert [m.content for m in backend.messages.recent(B, [conversations[0].id], 9)] == ["for beta"]
    backend.outbox.mark_ready(A, message_number(1))
    assert backend.outbox.read(B, message_number(1)).state is EntryState.PENDING
    assert not backend.outbox.cancel(NOBODY, message_number(1))
    assert backend.outbox.cancel(A, message_number(1))
    assert len(backend.outbox.load(B)) == 1


def test_an_inbound_message_is_no_entry(backend: World) -> None:
    contact = person(backend, A, OTHER_CHAT)
    backend.inbox.receive(contact, incoming(backend, contact, 1), answerable=True)
    assert backend.outbox.load(A) == []
    unknown = entry_of(7, at=backend.clock.now())
    assert backend.outbox.claim(unknown, lease(1), "c") is None
    assert backend.inbox.contact_at(A, CHAT) is None
