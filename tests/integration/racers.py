"""Racers in processes of their own, as hosts are: each with its own connection and memory.

A race is one function that every process runs at the same moment; its answers are compared.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.pool import Pool
from multiprocessing.synchronize import Barrier

from cloud.emulator import REGION
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.outbox import DynamoOutbox
from switchboard.adapters.dynamodb.rate_gate import DynamoRateGate
from switchboard.adapters.dynamodb.session_store import DynamoSessionStore
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease
from switchboard.ports.rate_gate import Refused

PROCESSES = 6
NOW = datetime(2030, 1, 1, tzinfo=UTC)
_start: list[Barrier] = []


@dataclass(frozen=True)
class Racing:
    """What every process is told of a race."""

    organization_id: OrganizationId
    lease: Lease | None = None


def acquire(number: int, race: Racing) -> Lease | None:
    """Each process is a host that wants the line."""
    host = HostId(f"host-{number}")
    return DynamoSessionStore().acquire(race.organization_id, host, "queue", NOW)


def grant(_number: int, race: Racing) -> int:
    """Take tokens until the gate refuses; how many."""
    gate, granted = DynamoRateGate(), 0
    while not isinstance(_patiently(lambda: gate.grant(race.lease, NOW, urgent=True)), Refused):
        granted += 1
    return granted


def claim(number: int, race: Racing) -> bool:
    """Claim the line's only entry."""
    outbox = DynamoOutbox()
    (entry,) = outbox.load(race.organization_id)
    return outbox.claim(entry, race.lease, f"claim-{number}") is not None


class Racers:
    """A pool of connected processes."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def race[T](self, run: Callable[[int, Racing], T], race: Racing) -> list[T]:
        """Let all go at once, and give what each came back with."""
        runs = [(run, number, race) for number in range(PROCESSES)]
        return self._pool.map(_at_once, runs, chunksize=1)


@contextmanager
def racers(endpoint: str, table: str) -> Iterator[Racers]:
    """Start them; the environment has the credentials."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    with context.Pool(PROCESSES, _begin, (barrier, endpoint, table)) as pool:
        yield Racers(pool)


def _begin(barrier: Barrier, endpoint: str, table: str) -> None:
    connect(table, REGION, endpoint)
    _start.append(barrier)


def _at_once[T](order: tuple[Callable[[int, Racing], T], int, Racing]) -> T:
    """The barrier also sees to it that each process runs exactly one."""
    run, number, race = order
    _start[0].wait(60)
    return run(number, race)


def _patiently[T](call: Callable[[], T]) -> T:
    """So many at once are more than the bounded retries of one call are made for."""
    while True:
        try:
            return call()
        except DependencyUnavailable as unavailable:
            if "too many" not in str(unavailable):
                raise
