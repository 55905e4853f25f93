"""What a message costs, counted from real calls: a change that makes it dearer fails here."""

import asyncio

import pytest
from tests.support.counted_walk import Costs, measured
from tests.support.emulated import emulated_table

MOST_SQS_REQUESTS = 6
MOST_WRITE_UNITS = 16


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    with emulated_table("costs", tmp_path_factory.mktemp("cloud") / "ministack.log"):
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
