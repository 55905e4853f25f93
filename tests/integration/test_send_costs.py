"""What a message costs, counted from real calls: a change that makes it dearer fails here."""

import asyncio
import tracemalloc
from collections.abc import Iterator

import pytest
from tests.support.backlog import fill_outbox
from tests.support.counted_walk import Costs, measured
from tests.support.emulated import emulated_table
from tests.support.metering import Meter

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.domain.ids import OrganizationId
from switchboard.domain.outbox import Priority, choose_next, sending_order

MOST_SQS_REQUESTS = 6
MOST_WRITE_UNITS = 16
LONG = OrganizationId("long")
WAITING = 3_000
"""Cost is linear in them; `make bench` prints ten thousand, which take the emulator a while."""
MOST_PAGES = 4
MOST_READ_UNITS = 600
MOST_MEBIBYTES = 12


@pytest.fixture(scope="module", autouse=True)
def _table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with emulated_table("costs", tmp_path_factory.mktemp("cloud") / "ministack.log"):
        yield


@pytest.fixture(scope="module")
def costs() -> Costs:
    return asyncio.run(measured("costs"))


def test_a_sent_message_costs_at_most_six_requests_and_sixteen_write_units(costs: Costs) -> None:
    assert costs.sent.sqs_requests == MOST_SQS_REQUESTS, costs.sent
    assert 10 < costs.sent.write_units <= MOST_WRITE_UNITS, costs.sent


def test_an_answered_message_costs_at_most_twice_a_sent_one(costs: Costs) -> None:
    assert costs.answered.sqs_requests <= 2 * MOST_SQS_REQUESTS, costs.answered
    assert costs.sent.write_units < costs.answered.write_units <= 2 * MOST_WRITE_UNITS


def test_acks_cost_three_requests_and_one_write_each(costs: Costs) -> None:
    assert costs.acks.sqs_requests == 2 * 3, costs.acks
    assert costs.acks.write_units == 2, costs.acks


def test_thousands_of_waiting_messages_are_loaded_in_few_pages_and_little_memory() -> None:
    fill_outbox(LONG, WAITING)
    meter = Meter()
    meter.watch(Base._get_connection().connection.client)
    tracemalloc.start()
    entries = DynamoOutbox().load(LONG)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(entries) == WAITING
    metered = meter.take()
    assert 1 < metered.dynamodb_requests <= MOST_PAGES, metered
    assert 100 < metered.read_units <= MOST_READ_UNITS, metered
    assert kept / 2**20 <= MOST_MEBIBYTES
    urgent = {entry.conversation_id for entry in entries if entry.priority is Priority.URGENT}
    first = choose_next(entries, entries[0].due_at).entry
    assert (first.seq, first.conversation_id in urgent) == (1, True)
    ahead = sum(entry.conversation_id in urgent for entry in entries)
    ordered = sending_order(entries, entries[0].due_at)
    assert {entry.conversation_id for entry in ordered[:ahead]} == urgent
