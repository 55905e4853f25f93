"""Where a fault happens: lines on one host, another host beside it, and what is counted after."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.e2e.chaos.cluster import Cluster, Connection, HostProcess
from tests.e2e.chaos.ledger import Ledger

RECOVERED_WITHIN_SECONDS = 180.0
SETTLED_WITHIN_SECONDS = 120.0
CHILDREN_END_WITHIN_SECONDS = 15.0
_numbers = itertools.count(1)
CLEAN = (
    "lost",
    "doubled",
    "not_recovered",
    "unsettled",
    "wrong_copies",
    "sent_when_replaced",
)


@dataclass(slots=True)
class Stage:
    """One cluster with linked lines; every fault leaves it as it found it."""

    cluster: Cluster
    names: list[str]

    def prepare(self) -> tuple[HostProcess, HostProcess]:
        """All lines on one host with their logins saved, a spare one beside it.

        Returns:
            The busy host and the spare one.
        """
        cluster = self.cluster
        while len(cluster.hosts) < 2:
            cluster.add_host()
        for host in cluster.hosts[:2]:
            if not host.runs:
                host.start()
        for host in cluster.hosts[2:]:
            if host.runs:
                host.stop()
        cluster.wait_connected(self.names, RECOVERED_WITHIN_SECONDS)
        owners = {cluster.owner_of(name).name for name in self.names}
        if len(owners) > 1:
            cluster.hosts[1].stop()
            cluster.wait_connected(self.names, RECOVERED_WITHIN_SECONDS)
            cluster.hosts[1].start()
        cluster.wait_saved(self.names)
        busy = cluster.owner_of(self.names[0])
        spare = next(host for host in cluster.hosts[:2] if host is not busy)
        return busy, spare

    @contextmanager
    def at_least(self, lines: int) -> Iterator[None]:
        """So many lines for a while."""
        more = [f"more-{next(_numbers)}" for _ in range(lines - len(self.names))]
        self.cluster.link(more)
        self.names += more
        try:
            yield
        finally:
            self.names = [name for name in self.names if name not in more]
            self.cluster.delete(more)

    def ledger(self) -> Ledger:
        """A new one."""
        return Ledger(self.cluster)

    def before(self) -> dict[str, Connection | None]:
        """The connections that a fault ends."""
        return self.cluster.connections(self.names)

    def after(
        self, fault: str, began: float, before: dict[str, Connection | None], ledger: Ledger
    ) -> dict[str, Any]:
        """Wait for the lines and the messages, and count; both sides also write after it."""
        took = self.cluster.recovery(began, before, RECOVERED_WITHIN_SECONDS)
        ledger.send(*self.names)
        ledger.hear(*self.names)
        return self.counted(fault, took, len(before), ledger)

    def counted(
        self, fault: str, took: dict[str, float], lines: int, ledger: Ledger
    ) -> dict[str, Any]:
        """The report of a fault."""
        unsettled = ledger.settle(SETTLED_WITHIN_SECONDS)
        counts = ledger.count()
        return {
            "fault": fault,
            "lost": counts.pop("lost"),
            "doubled": counts.pop("doubled"),
            "recovered_s": round(max(took.values(), default=0.0), 1),
            "lines": lines,
            "not_recovered": lines - len(took),
            "unsettled": unsettled,
            **counts,
            "each_s": [round(seconds, 1) for seconds in sorted(took.values())],
        }


def seconds_until_children_end(host: HostProcess) -> float | None:
    """How long a killed host's browsers live on; None when they do for longer than is waited."""
    began = time.monotonic()
    while host.browsers():
        if time.monotonic() - began > CHILDREN_END_WITHIN_SECONDS:
            return None
        time.sleep(0.05)
    return round(time.monotonic() - began, 2)


def passed(report: dict[str, Any]) -> bool:
    """Nothing lost, nothing doubled, everything back, and what the fault itself demands."""
    return not any(report[name] for name in CLEAN) and report.get("held", True)
