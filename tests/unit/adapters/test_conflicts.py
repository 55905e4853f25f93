"""Other transactions at the same item: tried again, in bounds; faults become ours."""

from datetime import timedelta

import pytest
from pynamodb.exceptions import PynamoDBException
from tests.unit.adapters.given import NOW, A, incoming, outgoing, somebody
from tests.unit.adapters.wire import Wire

from switchboard.adapters.dynamodb.inbox import DynamoInbox
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.dynamodb.turns import DynamoTurns
from switchboard.domain.errors import DependencyUnavailable

UNTIL = NOW + timedelta(minutes=1)


def test_an_update_waits_for_the_transaction_that_holds_its_item(wire: Wire) -> None:
    contact, conversation = somebody()
    DynamoInbox().receive(contact, incoming(contact), answerable=True)
    with wire.answers("UpdateItem", "TransactionConflictException", 3):
        assert DynamoTurns().claim(conversation, "token", NOW, UNTIL)
    assert len(wire.calls) == 4


def test_a_transaction_waits_for_another(wire: Wire) -> None:
    _, conversation = somebody()
    message, entry = outgoing(conversation)
    with wire.answers("TransactWriteItems", "TransactionInProgressException", 5):
        accepted = DynamoOutbox().accept(conversation, message, entry, "hash")
    assert accepted is not None
    assert not accepted.duplicate


def test_waiting_ends(wire: Wire) -> None:
    contact, conversation = somebody()
    DynamoInbox().receive(contact, incoming(contact), answerable=True)
    endless = wire.answers("UpdateItem", "TransactionConflictException", 99)
    with endless, pytest.raises(DependencyUnavailable):
        DynamoTurns().claim(conversation, "token", NOW, UNTIL)
    assert len(wire.calls) < 20


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_throttling_is_tried_again_and_then_said(wire: Wire, code: str) -> None:
    with wire.answers("GetItem", code, 1):
        assert DynamoSessionStore().read(A) is None
    endless = wire.answers("GetItem", code, 99)
    with endless, pytest.raises(DependencyUnavailable, match=code) as raised:
        DynamoSessionStore().read(A)
    assert isinstance(raised.value.__cause__, PynamoDBException)
    assert len(wire.calls) < 10
