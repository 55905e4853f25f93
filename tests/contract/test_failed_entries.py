"""`FailedEntries`: what failed is kept, listed and redriven, and is never in the outbox as well."""

from dataclasses import replace

import pytest
from tests.contract.test_outbox import lease, sending
from tests.support.builders import A, B, accepted, ready, thread
from tests.support.world import World

from switchboard.domain.errors import InvalidInput
from switchboard.domain.failed_entry import FailedEntry, fresh
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.outbox import EntryState, OutboxEntry

FAILED, UNCONFIRMED = MessageStatus.FAILED, MessageStatus.UNCONFIRMED


def message_of(w: World, entry: OutboxEntry) -> Message:
    return w.messages.read(entry.organization_id, entry.message_id)


def ended(w: World, entry: OutboxEntry, status: MessageStatus = FAILED) -> FailedEntry:
    return FailedEntry(entry, status, "send_rejected", w.clock.now())


def kept(w: World, number: int, status: MessageStatus = FAILED) -> FailedEntry:
    failed = ended(w, sending(w, number), status)
    assert w.failed.keep(failed, message_of(w, failed.entry))
    return failed


def redriven(w: World, failed: FailedEntry) -> bool:
    conversation = w.inbox.conversation(A, failed.entry.conversation_id)
    entry = fresh(failed, conversation.next_seq, w.clock.now())
    return w.failed.redrive(failed, message_of(w, failed.entry), conversation, entry)


def test_keep_ends_the_message_and_takes_its_entry_out_of_the_outbox(backend: World) -> None:
    failed = kept(backend, 1)
    message = message_of(backend, failed.entry)
    assert (message.status, message.error_code) == (FAILED, "send_rejected")
    assert backend.outbox.load(A) == []
    assert backend.failed.read(message) == failed
    assert list(backend.failed.page(A, None, 10).items) == [failed]


def test_keep_may_come_after_a_crash_told_the_message_already(backend: World) -> None:
    failed = ended(backend, sending(backend, 1))
    message = message_of(backend, failed.entry)
    backend.messages.advance(message, FAILED, backend.clock.now(), error_code="send_rejected")
    assert backend.failed.keep(failed, message)
    assert backend.outbox.load(A) == []


def test_keep_is_refused_once_the_message_went_out(backend: World) -> None:
    failed = ended(backend, sending(backend, 1))
    message = message_of(backend, failed.entry)
    backend.messages.advance(message, MessageStatus.SENT, backend.clock.now())
    assert not backend.failed.keep(failed, message)
    assert message_of(backend, failed.entry).status is MessageStatus.SENT
    assert backend.failed.read(message) is None
    assert len(backend.outbox.load(A)) == 1


def test_keep_is_refused_once_a_newer_owner_claimed_the_entry(backend: World) -> None:
    entry = sending(backend, 1, epoch=1)
    assert backend.outbox.claim(entry, lease(2), "newer") is not None
    assert not backend.failed.keep(ended(backend, entry), message_of(backend, entry))
    assert message_of(backend, entry).status is MessageStatus.QUEUED
    assert len(backend.outbox.load(A)) == 1


def test_redrive_queues_the_message_again_last_in_its_conversation(backend: World) -> None:
    failed = kept(backend, 1)
    accepted(backend, 2)
    backend.advance(seconds=60)
    assert redriven(backend, failed)
    message = message_of(backend, failed.entry)
    assert (message.status, message.error_code) == (MessageStatus.QUEUED, None)
    assert backend.failed.read(message) is None
    entry = backend.outbox.read(A, failed.entry.message_id)
    assert (entry.state, entry.attempts, entry.claim_epoch) == (EntryState.PENDING, 0, None)
    assert (entry.seq, entry.wa_hex) == (3, failed.entry.wa_hex)
    assert thread(backend).next_seq == 4


@pytest.mark.parametrize(
    ("status", "recoveries", "stays"),
    [(FAILED, 0, 0), (UNCONFIRMED, 0, 1), (UNCONFIRMED, 2, 1), (FAILED, 2, 1)],
)
def test_what_may_have_left_stays_so_when_it_is_redriven(
    backend: World, status: MessageStatus, recoveries: int, stays: int
) -> None:
    failed = ended(backend, replace(sending(backend, 1), recoveries=recoveries), status)
    assert backend.failed.keep(failed, message_of(backend, failed.entry))
    assert redriven(backend, failed)
    entry = backend.outbox.read(A, failed.entry.message_id)
    assert (entry.recoveries, entry.may_have_left) == (stays, bool(stays))


def test_a_redriven_entry_is_fed_by_the_sweeper_when_nobody_else_does(backend: World) -> None:
    failed = kept(backend, 1)
    redriven(backend, failed)
    backend.advance(seconds=90)
    before = backend.clock.now()
    assert list(backend.outbox.overdue_pending(before, 10)) == [(A, failed.entry.message_id)]


def test_only_one_redrive_wins(backend: World) -> None:
    failed = kept(backend, 1)
    assert redriven(backend, failed)
    assert not redriven(backend, failed)
    assert len(backend.outbox.load(A)) == 1


def test_redrive_is_refused_when_the_sequence_moved(backend: World) -> None:
    failed = kept(backend, 1)
    conversation = thread(backend)
    accepted(backend, 2)
    entry = fresh(failed, conversation.next_seq, backend.clock.now())
    message = message_of(backend, failed.entry)
    assert not backend.failed.redrive(failed, message, conversation, entry)
    assert backend.failed.read(message) == failed


def test_redrive_is_refused_once_an_ack_lifted_the_message(backend: World) -> None:
    failed = kept(backend, 1, UNCONFIRMED)
    message = message_of(backend, failed.entry)
    backend.messages.advance(message, MessageStatus.DELIVERED, backend.clock.now())
    assert not redriven(backend, failed)
    assert backend.outbox.load(A) == []


def test_an_owner_who_slept_neither_removes_nor_ends_what_was_redriven(backend: World) -> None:
    entry = ready(backend, 1)
    failed = ended(backend, entry)
    message = message_of(backend, entry)
    assert backend.failed.keep(failed, message)
    assert redriven(backend, failed)
    assert not backend.outbox.remove(entry)
    assert not backend.failed.keep(failed, message)
    assert len(backend.outbox.load(A)) == 1
    assert message_of(backend, entry).status is MessageStatus.QUEUED


def test_forget_takes_a_kept_entry_away_and_does_nothing_without_one(backend: World) -> None:
    failed = kept(backend, 1)
    message = message_of(backend, failed.entry)
    backend.failed.forget(message)
    backend.failed.forget(message)
    assert backend.failed.read(message) is None


def test_pages_go_on_after_their_cursor_newest_first(backend: World) -> None:
    everything = []
    for number in range(1, 6):
        everything.append(kept(backend, number))
        backend.advance(seconds=1)
    first = backend.failed.page(A, None, 3)
    rest = backend.failed.page(A, first.cursor, 3)
    assert [*first.items, *rest.items] == everything[::-1]
    assert rest.cursor is None
    assert list(backend.failed.page(B, None, 3).items) == []
    with pytest.raises(InvalidInput):
        backend.failed.page(B, first.cursor, 3)


def test_every_field_of_the_entry_comes_back(backend: World) -> None:
    entry = sending(backend, 1)
    now = backend.clock.now()
    whole = replace(entry, attempts=3, recoveries=2, expires_at=now, send_at=now)
    failed = ended(backend, whole, UNCONFIRMED)
    assert backend.failed.keep(failed, message_of(backend, entry))
    assert backend.failed.read(message_of(backend, entry)) == failed
