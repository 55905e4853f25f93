"""Races on MiniStack: 20 threads at one item, each on a connection of its own, and one winner.

Races prove nothing on moto, which is not atomic under threads.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support.table import create_table

from cloud.emulator import REGION, Emulator
from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.message_store import DynamoMessageStore
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.application.outgoing import Draft, compose
from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, HostId, MessageId, OrganizationId, conversation_id
from switchboard.domain.message import (
    Direction,
    Message,
    MessageStatus,
    Source,
    message_position,
)
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, SessionStatus, Wanted
from switchboard.ports.outbox import Accepted
from switchboard.ports.rate_gate import Granted, Refused

ROOT = Path(__file__).parents[2]
RACERS = 20
ROUNDS = 3
NOW = datetime(2030, 1, 1, tzinfo=UTC)
HOST = HostId("host-1")
CHAT = ChatId("15550001111@c.us")
sessions, outbox, inbox, turns = DynamoSessionStore(), DynamoOutbox(), DynamoInbox(), DynamoTurns()
messages = DynamoMessageStore()


@pytest.fixture(scope="module", autouse=True)
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    log = tmp_path_factory.mktemp("cloud") / "ministack.log"
    emulator = Emulator(ROOT / ".local/emulator/bin/ministack", log)
    emulator.start()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", REGION)
        try:
            create_table("races", emulator.endpoint)
            connect("races", REGION, emulator.endpoint)
            yield
        finally:
            Base._connection = None
            emulator.stop()


@pytest.fixture(params=range(ROUNDS))
def org(request: pytest.FixtureRequest) -> OrganizationId:
    """An organization of its own for every race."""
    name = OrganizationId(f"{request.node.originalname[5:60]}-{request.param}")
    assert sessions.create(name, NOW)
    return name


def race[T](run: Callable[[int], T]) -> list[T]:
    """Let all racers go at once, and give what each came back with."""
    start = threading.Barrier(RACERS)

    def racer(number: int) -> T:
        start.wait()
        return run(number)

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(racer, range(RACERS)))


def test_one_create_makes_a_line() -> None:
    for number in range(ROUNDS):
        name = OrganizationId(f"created-{number}")
        assert race(lambda _, name=name: sessions.create(name, NOW)).count(True) == 1
        sessions.want(name, Wanted.DELETED, NOW)
        assert race(lambda _, name=name: sessions.create(name, NOW)).count(True) == 1


def test_one_host_acquires_a_line(org: OrganizationId) -> None:
    sessions.want(org, Wanted.RUNNING, NOW)
    let_go = (SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, NOW)
    for epoch in (1, 2):
        leases = race(lambda n: sessions.acquire(org, HostId(f"host-{n}"), "queue", NOW))
        (lease,) = [lease for lease in leases if lease is not None]
        assert lease == sessions.read(org).lease
        assert lease.epoch == epoch
        released = race(lambda _, lease=lease: sessions.release(lease, *let_go))
        assert released.count(True) == 1


def test_one_thread_of_a_host_acquires_a_line(org: OrganizationId) -> None:
    sessions.want(org, Wanted.RUNNING, NOW)
    leases = race(lambda _: sessions.acquire(org, HOST, "queue", NOW))
    assert len([lease for lease in leases if lease is not None]) == 1


def test_no_more_grants_than_the_limit(org: OrganizationId) -> None:
    lease = running(org)
    sessions.set_limits(org, Limits(7, 200, 1000), NOW)

    def sender(_: int) -> int:
        gate, granted = DynamoRateGate(), 0
        while not isinstance(answer := grant(gate, lease), Refused):
            granted += 1
        assert answer.window == "minute"
        return granted

    assert sum(race(sender)) == 7
    assert DynamoRateGate().usage(org, NOW)[0].used == 7


def test_no_grant_begins_after_a_pause(org: OrganizationId) -> None:
    lease = running(org)
    sessions.set_limits(org, Limits(100, 200, 1000), NOW)
    paused = threading.Event()

    def sender(number: int) -> int:
        if number == 0:
            sessions.pause(org, NOW + timedelta(hours=1), "temporary_ban", NOW)
            paused.set()
            return 0
        gate, late = DynamoRateGate(), 0
        while True:
            begun_after = paused.is_set()
            answer = grant(gate, lease)
            if isinstance(answer, Refused):
                assert answer.paused
                return late
            late += begun_after

    assert sum(race(sender)) == 0


def test_one_claim_takes_an_entry(org: OrganizationId) -> None:
    lease, entry = running(org), accepted(org)
    outbox.mark_ready(org, entry.message_id)
    claims = race(lambda n: outbox.claim(entry, lease, f"claim-{n}"))
    (claimed,) = [claim for claim in claims if claim is not None]
    assert outbox.read(org, entry.message_id) == claimed
    taken_over = race(lambda n: outbox.claim(entry, replace(lease, epoch=9), f"later-{n}"))
    assert len([claim for claim in taken_over if claim is not None]) == 1
    assert outbox.retry(claimed, NOW, attempts=1, recoveries=0) is None


def test_an_entry_is_claimed_or_cancelled(org: OrganizationId) -> None:
    lease, entry = running(org), accepted(org)
    outbox.mark_ready(org, entry.message_id)

    def claim_or_cancel(number: int) -> str | None:
        if number % 2:
            return "claimed" if outbox.claim(entry, lease, f"claim-{number}") else None
        return "cancelled" if outbox.cancel(org, entry.message_id) else None

    (winner,) = [outcome for outcome in race(claim_or_cancel) if outcome is not None]
    assert (outbox.read(org, entry.message_id) is None) == (winner == "cancelled")


def test_one_idempotency_key_is_one_message(org: OrganizationId) -> None:
    _, conversation = somebody(org)
    answers = race(lambda _: accept(conversation, 1))
    assert [answer.duplicate for answer in answers].count(False) == 1
    assert len(outbox.load(org)) == 1
    assert inbox.conversation(org, conversation.id).next_seq == 2


def test_one_idempotency_key_is_one_message_also_for_two_people(org: OrganizationId) -> None:
    _, first = somebody(org)
    other = inbox.resolve(org, Addresses(ChatId("15550002222@c.us")), NOW)
    both = (first, inbox.open_conversation(other, NOW))
    answers = race(lambda n: accept(both[n % 2], 1))
    assert [answer.duplicate for answer in answers].count(False) == 1
    assert len(outbox.load(org)) == 1


def test_messages_of_one_conversation_get_a_number_each(org: OrganizationId) -> None:
    _, conversation = somebody(org)
    answers = race(lambda n: accept(conversation, n + 1))
    assert not any(answer.duplicate for answer in answers)
    assert sorted(entry.seq for entry in outbox.load(org)) == list(range(1, RACERS + 1))


def test_one_inbound_message_is_stored_once(org: OrganizationId) -> None:
    contact, conversation = somebody(org)
    stored = race(lambda n: receive(contact, number=n, wa_number=1))
    assert stored.count(True) == 1
    assert inbox.conversation(org, conversation.id).in_version == 1
    assert len(messages.recent(org, [conversation.id], 99)) == 1


def test_every_inbound_message_is_counted(org: OrganizationId) -> None:
    contact, conversation = somebody(org)
    assert all(race(lambda n: receive(contact, number=n, wa_number=n)))
    heard = inbox.conversation(org, conversation.id)
    assert (heard.in_version, heard.unread) == (RACERS, RACERS)
    assert len(messages.recent(org, [conversation.id], 99)) == RACERS


def test_racing_writers_of_a_person_get_one_contact(org: OrganizationId) -> None:
    lid = "111110005551@lid"
    known = [Addresses(CHAT, "15550001111"), Addresses(ChatId(lid), "15550001111", lid)]
    contacts = race(lambda n: patiently(lambda: inbox.resolve(org, known[n % 2], NOW)))
    assert len({contact.id for contact in contacts}) == 1
    assert inbox.contact_at(org, CHAT).id == inbox.contact_at(org, ChatId(lid)).id


def test_one_turn_is_claimed_and_committed(org: OrganizationId) -> None:
    contact, conversation = somebody(org)
    receive(contact, number=1, wa_number=1)
    asked = inbox.conversation(org, conversation.id)
    until = NOW + timedelta(minutes=1)
    claimed = race(lambda n: turns.claim(asked, f"token-{n}", NOW, until))
    assert claimed.count(True) == 1
    commit = commit_of(asked)
    token = f"token-{claimed.index(True)}"
    committed = race(lambda _: turns.commit(asked, token, commit, NOW))
    assert committed.count(True) == 1
    assert len(outbox.load(org)) == 1


def commit_of(conversation: Conversation):
    from switchboard.ports.turns import Commit

    return Commit(1, *outgoing(conversation, 77), None, None)


def running(org: OrganizationId) -> Lease:
    sessions.want(org, Wanted.RUNNING, NOW)
    lease = sessions.acquire(org, HOST, "queue", NOW)
    assert lease is not None
    return lease


def somebody(org: OrganizationId) -> tuple[Contact, Conversation]:
    contact = inbox.resolve(org, Addresses(CHAT, "15550001111"), NOW)
    return contact, inbox.open_conversation(contact, NOW)


def accepted(org: OrganizationId) -> OutboxEntry:
    _, conversation = somebody(org)
    accept(conversation, 1)
    return outbox.load(org)[0]


def accept(conversation: Conversation, number: int) -> Accepted:
    """As the use case does: read the conversation again until its sequence stood still."""
    while True:
        current = inbox.conversation(conversation.organization_id, conversation.id)
        message, entry = outgoing(current, number)
        answer = patiently(lambda c=current, m=message, e=entry: outbox.accept(c, m, e, "hash"))
        if answer is not None:
            return answer


def outgoing(conversation: Conversation, number: int) -> tuple[Message, OutboxEntry]:
    draft = Draft(MessageId(f"{number:032x}"), "hi", Source.API, Source.API.value)
    return compose(conversation, draft, NOW)


def receive(contact: Contact, *, number: int, wa_number: int) -> bool:
    message_id = MessageId(f"{number:026d}")
    message = Message(
        id=message_id,
        organization_id=contact.organization_id,
        conversation_id=conversation_id(contact.id),
        chat_id=contact.chat_id,
        content="hello",
        direction=Direction.INCOMING,
        source=Source.CONTACT,
        status=MessageStatus.RECEIVED,
        created_at=NOW,
        position=message_position(NOW, message_id),
        whatsapp_message_id=f"false_{contact.chat_id}_3A{wa_number:018d}",
        received_at=NOW,
    )
    return patiently(lambda: inbox.receive(contact, message, answerable=True))


def grant(gate: DynamoRateGate, lease: Lease) -> Granted | Refused:
    return patiently(lambda: gate.grant(lease, NOW, urgent=True))


def patiently[T](call: Callable[[], T]) -> T:
    """Twenty at once are more than the bounded retries of one call are made for."""
    while True:
        try:
            return call()
        except DependencyUnavailable as unavailable:
            if not any(word in str(unavailable) for word in ("too many", "transactions")):
                raise
