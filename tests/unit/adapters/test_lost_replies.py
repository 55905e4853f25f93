"""A write whose reply was lost is repeated by the SDK and refused; it was ours all the same."""

from datetime import timedelta

import pytest
from tests.unit.adapters.given import (
    CHAT,
    HOST,
    NOW,
    A,
    incoming,
    outgoing,
    running_line,
    somebody,
)
from tests.unit.adapters.wire import Wire

from switchboard.adapters.dynamodb.command_store import DynamoCommandStore
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.domain.addresses import Addresses
from switchboard.domain.command import Command, CommandKind
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.errors import DependencyUnavailable, NotFound
from switchboard.domain.host import Host
from switchboard.domain.ids import HostId
from switchboard.domain.keys import ApiKey
from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import EntryState
from switchboard.domain.session import Reason, SessionStatus, Wanted
from switchboard.ports.rate_gate import Granted
from switchboard.ports.turns import Commit

ALL_TRIES = 3
sessions, outbox, inbox, turns = DynamoSessionStore(), DynamoOutbox(), DynamoInbox(), DynamoTurns()
LOST = pytest.mark.parametrize("times", [1, ALL_TRIES], ids=["one", "all"])
"""One lost reply: the repetition is refused. All lost: the answer stays unknown."""


@LOST
def test_a_grant_is_granted_and_costs_one_token(wire: Wire, times: int) -> None:
    lease, gate = running_line(), DynamoRateGate()
    with wire.loses("UpdateItem", times):
        assert isinstance(gate.grant(lease, NOW, urgent=False), Granted)
    assert [window.used for window in gate.usage(A, NOW)] == [1, 1, 1]


def test_a_grant_that_never_arrived_is_not_granted(wire: Wire) -> None:
    lease, gate = running_line(), DynamoRateGate()
    down = wire.answers("UpdateItem", "InternalServerError", 9)
    with down, pytest.raises(DependencyUnavailable):
        gate.grant(lease, NOW, urgent=False)
    assert [window.used for window in gate.usage(A, NOW)] == [0, 0, 0]


@LOST
def test_creating_a_line_says_created(wire: Wire, times: int) -> None:
    with wire.loses("PutItem", times):
        assert sessions.create(A, NOW)
    assert not sessions.create(A, NOW)


@LOST
def test_an_acquired_line_is_acquired(wire: Wire, times: int) -> None:
    sessions.create(A, NOW)
    sessions.want(A, Wanted.RUNNING, NOW)
    with wire.loses("UpdateItem", times):
        lease = sessions.acquire(A, HOST, "queue", NOW)
    assert lease == sessions.read(A).lease
    assert lease.epoch == 1


def test_the_same_host_acquires_a_line_once_only(wire: Wire) -> None:
    running_line()
    assert sessions.acquire(A, HOST, "queue", NOW) is None


@LOST
def test_a_released_line_is_released(wire: Wire, times: int) -> None:
    lease = running_line()
    with wire.loses("UpdateItem", times):
        assert sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, NOW)
    assert not sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, NOW)
    assert sessions.unowned(NOW + timedelta(seconds=1), 10) == [A]


@LOST
@pytest.mark.parametrize("wanted", list(Wanted))
def test_what_is_wanted_is_wanted(wire: Wire, wanted: Wanted, times: int) -> None:
    sessions.create(A, NOW)
    with wire.loses("UpdateItem", times):
        assert sessions.want(A, wanted, NOW).wanted is wanted
    assert sessions.read(A).wanted is wanted
    if wanted is Wanted.DELETED:
        with pytest.raises(NotFound):
            sessions.want(A, Wanted.DELETED, NOW)


@LOST
def test_a_revived_line_is_created(wire: Wire, times: int) -> None:
    sessions.create(A, NOW)
    sessions.want(A, Wanted.DELETED, NOW)
    with wire.loses("UpdateItem", times):
        assert sessions.create(A, NOW)


@LOST
def test_a_claimed_entry_is_claimed(wire: Wire, times: int) -> None:
    lease, entry = running_line(), accepted()
    outbox.mark_ready(A, entry.message_id)
    with wire.loses("UpdateItem", times):
        claimed = outbox.claim(entry, lease, "claim-1")
    assert claimed is not None
    assert (claimed.state, claimed.claim_id) == (EntryState.SENDING, "claim-1")
    assert outbox.claim(entry, lease, "claim-2") is None


def test_ready_retry_and_removal_may_be_repeated(wire: Wire) -> None:
    lease, entry = running_line(), accepted()
    with wire.loses("UpdateItem"):
        assert outbox.mark_ready(A, entry.message_id)
    claimed = outbox.claim(entry, lease, "claim-1")
    with wire.loses("UpdateItem"):
        waiting = outbox.retry(claimed, NOW, attempts=1, recoveries=0)
    assert (waiting.state, waiting.attempts) == (EntryState.RETRY, 1)
    with wire.loses("DeleteItem"):
        assert outbox.remove(waiting)
    assert outbox.load(A) == []


@LOST
def test_a_cancelled_entry_is_cancelled(wire: Wire, times: int) -> None:
    entry = accepted()
    with wire.loses("TransactWriteItems", times):
        assert outbox.cancel(A, entry.message_id)
    assert not outbox.cancel(A, entry.message_id)


@LOST
def test_an_accepted_message_is_no_duplicate(wire: Wire, times: int) -> None:
    _, conversation = somebody()
    message, entry = outgoing(conversation)
    with wire.loses("TransactWriteItems", times):
        first = outbox.accept(conversation, message, entry, "hash")
    assert first is not None
    assert not first.duplicate
    again = outbox.accept(conversation, message, entry, "hash")
    assert again is not None
    assert again.duplicate


@LOST
def test_a_received_message_is_new(wire: Wire, times: int) -> None:
    contact, conversation = somebody()
    with wire.loses("TransactWriteItems", times):
        assert inbox.receive(contact, incoming(contact), answerable=True)
    assert not inbox.receive(contact, incoming(contact), answerable=True)
    assert inbox.conversation(A, conversation.id).in_version == 1


@LOST
def test_a_message_from_the_phone_is_new(wire: Wire, times: int) -> None:
    contact, _ = somebody()
    with wire.loses("TransactWriteItems", times):
        assert inbox.record_own(contact, incoming(contact), NOW)
    assert not inbox.record_own(contact, incoming(contact), NOW)


@LOST
def test_a_new_contact_is_made_once(wire: Wire, times: int) -> None:
    with wire.loses("TransactWriteItems", times):
        contact = resolve()
    assert resolve() == contact


def resolve():
    try:
        return inbox.resolve(A, Addresses(CHAT, "15550001111", "111110005551@lid"), NOW)
    except DependencyUnavailable:  # the timer's redelivery
        return inbox.resolve(A, Addresses(CHAT, "15550001111", "111110005551@lid"), NOW)


@LOST
def test_a_claimed_turn_is_claimed(wire: Wire, times: int) -> None:
    conversation = asked()
    with wire.loses("UpdateItem", times):
        assert turns.claim(conversation, "token", NOW, NOW + timedelta(minutes=1))
    assert not turns.claim(conversation, "other", NOW, NOW + timedelta(minutes=1))


@LOST
def test_a_discarded_turn_is_discarded(wire: Wire, times: int) -> None:
    conversation = asked()
    turns.claim(conversation, "token", NOW, NOW + timedelta(minutes=1))
    with wire.loses("UpdateItem", times):
        assert turns.discard(conversation, "token")
    assert inbox.conversation(A, conversation.id).discarded


@LOST
def test_a_committed_turn_is_committed(wire: Wire, times: int) -> None:
    conversation = asked()
    turns.claim(conversation, "token", NOW, NOW + timedelta(minutes=1))
    message, entry = outgoing(conversation)
    commit = Commit(1, message, entry, None, None)
    with wire.loses("TransactWriteItems", times):
        assert turns.commit(conversation, "token", commit, NOW)
    assert not turns.commit(conversation, "token", commit, NOW)
    assert len(outbox.load(A)) == 1


@LOST
def test_a_status_that_moved_has_moved(wire: Wire, times: int) -> None:
    entry, messages = accepted(), DynamoMessageStore()
    message = messages.read(A, entry.message_id)
    with wire.loses("UpdateItem", times):
        assert messages.advance(message, MessageStatus.SENT, NOW)
    assert not messages.advance(message, MessageStatus.SENT, NOW)


@LOST
def test_a_contact_status_that_moved_has_moved(wire: Wire, times: int) -> None:
    contact, _ = somebody()
    with wire.loses("UpdateItem", times):
        assert inbox.set_contact_status(contact, ContactStatus.IN_PROGRESS)
    assert not inbox.set_contact_status(contact, ContactStatus.IN_PROGRESS)


@LOST
def test_an_answered_command_is_answered(wire: Wire, times: int) -> None:
    commands = DynamoCommandStore(MemoryClock())
    command = Command("c1", A, CommandKind.PAIRING_CODE, "", commands.clock.now(), epoch=1)
    commands.put(command)
    with wire.loses("UpdateItem", times):
        assert commands.answer(command, result="ABCD", error_code=None)
    assert not commands.answer(command, result="ABCD", error_code=None)


@LOST
def test_a_stored_key_is_stored(wire: Wire, times: int) -> None:
    keys, key = DynamoKeyStore(), ApiKey("k1", A, write=True, created_at=NOW)
    with wire.loses("TransactWriteItems", times):
        keys.put("hash", key)
    assert keys.find("hash") == key


def test_heartbeats_and_fences_may_be_repeated(wire: Wire) -> None:
    hosts, host = DynamoHostRegistry(), Host(HostId("h"), "queue", 1, NOW, 8)
    with wire.loses("PutItem"):
        hosts.register(host)
    with wire.loses("UpdateItem"):
        assert hosts.beat(host)
    with wire.loses("UpdateItem"):
        assert hosts.fence(host)
    assert not hosts.beat(host)


def accepted():
    _, conversation = somebody()
    message, entry = outgoing(conversation)
    assert outbox.accept(conversation, message, entry, "hash") is not None
    return entry


def asked():
    contact, conversation = somebody()
    inbox.receive(contact, incoming(contact), answerable=True)
    return inbox.conversation(A, conversation.id)
