"""Ten thousand messages wait for one organization: reading them stays bounded."""

import tracemalloc
from collections.abc import Iterator

import pytest
from tests.support.backlog import BACKLOG, fill_outbox
from tests.support.emulated import emulated_table
from tests.support.metering import Meter

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.domain.ids import OrganizationId
from switchboard.domain.outbox import Priority, choose_next, sending_order

ORG = OrganizationId("long")
MOST_REQUESTS = 10
MOST_READ_UNITS = 2_500
MOST_MEBIBYTES = 60


@pytest.fixture(scope="module")
def meter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meter]:
    with emulated_table("long", tmp_path_factory.mktemp("cloud") / "ministack.log"):
        fill_outbox(ORG)
        counting = Meter()
        counting.watch(Base._get_connection().connection.client)
        yield counting


def test_a_queue_of_ten_thousand_is_loaded_in_few_requests_and_little_memory(meter: Meter) -> None:
    meter.take()
    tracemalloc.start()
    entries = DynamoOutbox().load(ORG)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    metered = meter.take()
    assert len(entries) == BACKLOG
    assert metered.dynamodb_requests <= MOST_REQUESTS, metered
    assert metered.read_units <= MOST_READ_UNITS, metered
    assert kept / 2**20 <= MOST_MEBIBYTES / 2, peak
    assert peak / 2**20 <= MOST_MEBIBYTES
    first = choose_next(entries, entries[0].due_at).entry
    assert first.seq == 1
    ordered = sending_order(entries, entries[0].due_at)
    urgent_conversations = {e.conversation_id for e in entries if e.priority is Priority.URGENT}
    ahead = {entry.conversation_id for entry in ordered[: len(urgent_conversations)]}
    assert ahead <= urgent_conversations
