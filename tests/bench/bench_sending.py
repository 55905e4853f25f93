"""What sending costs, counted from real calls on MiniStack, and how fast grants are.

MiniStack tells units as DynamoDB does: by item size, twice in a transaction, indexes apart. Requests
of queues include what Lambda's pollers do, one message a batch. Not in it: functions, hosts, logs,
and the polling of queues in which nothing waits.
"""

import asyncio
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from tests.bench.figures import figure
from tests.support.backlog import BACKLOG, fill_outbox
from tests.support.counted_walk import Costs, measured
from tests.support.emulated import emulated_table
from tests.support.metering import Meter, Metered

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted

GRANTS = 300
ORG = OrganizationId("bench")
PRICES = {"write": 0.625, "read": 0.125, "standard": 0.40, "fair": 0.50, "fifo": 0.50}
"""Dollars a million in us-east-1: request units of DynamoDB on demand, requests of SQS.

Source: list prices of 2026 at aws.amazon.com/dynamodb/pricing/on-demand and
aws.amazon.com/sqs/pricing (a message group on a standard queue adds 0.10).
"""
FIFO_REQUESTS_OF_AN_ANSWER = 3
FAIR_REQUESTS_OF_A_SEND = 3


def main() -> int:
    """Print every figure."""
    log = Path(tempfile.mkdtemp()) / "ministack.log"
    with emulated_table("bench", log):
        _print_costs(asyncio.run(measured("bench")))
        _print_grants()
        _print_loading()
    return 0


def _print_costs(costs: Costs) -> None:
    _print_walk("sent", costs.sent, fifo=0)
    _print_walk("answered", costs.answered, fifo=FIFO_REQUESTS_OF_AN_ANSWER)
    _print_walk("two_acks", costs.acks, fifo=costs.acks.sqs_requests)


def _print_walk(name: str, metered: Metered, *, fifo: int) -> None:
    figure(f"{name}_sqs_requests", metered.sqs_requests, "requests")
    figure(f"{name}_dynamodb_requests", metered.dynamodb_requests, "requests")
    figure(f"{name}_write_units", metered.write_units, "units")
    figure(f"{name}_read_units", metered.read_units, "units")
    fair = 0 if name == "two_acks" else FAIR_REQUESTS_OF_A_SEND
    standard = metered.sqs_requests - fifo - fair
    queues = fifo * PRICES["fifo"] + fair * PRICES["fair"] + standard * PRICES["standard"]
    table = metered.write_units * PRICES["write"] + metered.read_units * PRICES["read"]
    figure(f"{name}_cost_per_1000", (queues + table) / 1000, "USD")


def _print_grants() -> None:
    """One line after the other, as its owner does: each grant is one conditional write."""
    sessions, gate, now = DynamoSessionStore(), DynamoRateGate(), MemoryClock().now()
    sessions.create(ORG, now)
    sessions.set_limits(ORG, Limits(100_000, 100_000, 100_000), now)
    sessions.want(ORG, Wanted.RUNNING, now)
    lease = sessions.acquire(ORG, HostId("host"), "queue", now)
    assert lease is not None
    started, cpu = time.monotonic(), time.process_time()
    for _ in range(GRANTS):
        gate.grant(lease, now, urgent=False)
    figure("grants_per_second", GRANTS / (time.monotonic() - started), "grants/s")
    figure("grant_client_cpu", (time.process_time() - cpu) / GRANTS * 1000, "ms")


def _print_loading() -> None:
    """An owner that acquires a line with a long queue reads it in pages."""
    fill_outbox(ORG)
    meter = Meter()
    meter.watch(Base._get_connection().connection.client)
    tracemalloc.start()
    started = time.process_time()
    loaded = DynamoOutbox().load(ORG)
    cpu = time.process_time() - started
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(loaded) == BACKLOG
    metered = meter.take()
    figure("load_10000_requests", metered.dynamodb_requests, "requests")
    figure("load_10000_read_units", metered.read_units, "units")
    figure("load_10000_cpu_traced", cpu, "s")
    figure("load_10000_memory_kept", kept / 2**20, "MiB")
    figure("load_10000_memory_peak", peak / 2**20, "MiB")


if __name__ == "__main__":
    sys.exit(main())
