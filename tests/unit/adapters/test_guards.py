"""Conditions that another condition usually covers: each holds by itself."""

from datetime import timedelta

from tests.unit.adapters.given import NOW, A, incoming, running_line, somebody

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.rows import LineRow
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted
from switchboard.ports.rate_gate import Granted, Refused
from switchboard.ports.turns import Commit

NOTHING = Commit(1, None, None, None, None)


def test_a_pause_stops_grants_also_when_the_version_did_not_move(table: str) -> None:
    lease, gate = running_line(), DynamoRateGate()
    assert isinstance(gate.grant(lease, NOW, urgent=True), Granted)
    until = NOW + timedelta(hours=1)
    line = LineRow(keys.organization(A), keys.SESSION)
    line.update([LineRow.paused_until.set(until)])
    assert gate.grant(lease, NOW, urgent=True) == Refused(until, paused=True)
    assert isinstance(gate.grant(lease, until, urgent=True), Granted)


def test_limits_and_pauses_move_the_version(table: str, rows) -> None:
    running_line()
    sessions = DynamoSessionStore()
    sessions.set_limits(A, Limits(1, 2, 3), NOW)
    sessions.pause(A, NOW, "by hand", NOW)
    assert sessions.resume(A, NOW, NOW)
    assert rows()["ORG#alpha", "SESSION"]["grant_version"] == {"N": "4"}


def test_a_steady_sender_reads_nothing(wire) -> None:
    lease, gate = running_line(), DynamoRateGate()
    gate.grant(lease, NOW, urgent=True)
    with wire.answers("GetItem", "InternalServerError", 99):
        assert isinstance(gate.grant(lease, NOW, urgent=True), Granted)
    assert wire.calls == []


def test_a_turn_is_committed_by_its_holder_only(table: str) -> None:
    contact, conversation = somebody()
    inbox, turns = DynamoInbox(), DynamoTurns()
    inbox.receive(contact, incoming(contact), answerable=True)
    asked = inbox.conversation(A, conversation.id)
    turns.claim(asked, "token", NOW, NOW + timedelta(minutes=1))
    assert not turns.commit(asked, "other", NOTHING, NOW)
    assert turns.commit(asked, "token", NOTHING, NOW)
    assert not turns.commit(asked, "token", NOTHING, NOW)


def test_a_ban_may_pause_a_line_that_is_being_deleted(table: str) -> None:
    running_line()
    sessions = DynamoSessionStore()
    sessions.want(A, Wanted.DELETED, NOW)
    until = NOW + timedelta(hours=1)
    sessions.pause(A, until, "temporary_ban", NOW)
    assert sessions.read(A).paused_until == until
