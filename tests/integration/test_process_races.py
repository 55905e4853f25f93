"""Gate, lease and claim raced by processes on MiniStack: one winner, and never one send too many."""

import os
from collections.abc import Iterator

import pytest
from tests.integration.racers import NOW, PROCESSES, Racers, Racing, acquire, claim, grant, racers
from tests.support.emulated import emulated_table

from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.application.outgoing import Draft, compose
from switchboard.domain.addresses import Addresses
from switchboard.domain.ids import ChatId, HostId, MessageId, OrganizationId
from switchboard.domain.message import Source
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, SessionStatus, Wanted

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
sessions, outbox, inbox = DynamoSessionStore(), DynamoOutbox(), DynamoInbox()


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Racers]:
    log = tmp_path_factory.mktemp("cloud") / "ministack.log"
    with emulated_table("races", log) as emulator, racers(emulator.endpoint, "races") as started:
        yield started


@pytest.fixture(params=range(ROUNDS))
def org(request: pytest.FixtureRequest) -> OrganizationId:
    name = OrganizationId(f"{request.node.originalname[5:60]}-{request.param}")
    assert sessions.create(name, NOW)
    sessions.want(name, Wanted.RUNNING, NOW)
    return name


def running(org: OrganizationId) -> Lease:
    lease = sessions.acquire(org, HostId("host"), "queue", NOW)
    assert lease is not None
    return lease


def test_one_process_acquires_a_line(field: Racers, org: OrganizationId) -> None:
    for epoch in (1, 2):
        won = [lease for lease in field.race(acquire, Racing(org)) if lease is not None]
        assert len(won) == 1
        assert won[0] == sessions.read(org).lease
        assert won[0].epoch == epoch
        sessions.release(won[0], SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, NOW)


def test_processes_that_share_a_lease_get_no_more_than_the_limit(
    field: Racers, org: OrganizationId
) -> None:
    """More than can happen: a line has one owner. Even so the ceiling holds."""
    lease = running(org)
    sessions.set_limits(org, Limits(PROCESSES + 1, 200, 1000), NOW)
    assert sum(field.race(grant, Racing(org, lease))) == PROCESSES + 1
    assert DynamoRateGate().usage(org, NOW)[0].used == PROCESSES + 1


def test_one_process_claims_an_entry(field: Racers, org: OrganizationId) -> None:
    lease = running(org)
    contact = inbox.resolve(org, Addresses(ChatId("15550001111@c.us"), "15550001111"), NOW)
    conversation = inbox.open_conversation(contact, NOW)
    draft = Draft(MessageId("0" * 32), "hi", Source.API, Source.API.value)
    assert outbox.accept(conversation, *compose(conversation, draft, NOW), "hash")
    assert outbox.mark_ready(org, draft.message_id)
    assert field.race(claim, Racing(org, lease)).count(True) == 1
