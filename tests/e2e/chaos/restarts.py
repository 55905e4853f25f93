"""`make verify-restarts [COUNT=200] [FAILOVERS=50]`: restarts and failovers in a row, then count.

A restart is SIGTERM and a new process on the same machine; a failover is kill -9 with the loss of
the disk while another host stands by. Every line must be linked after each, without a scan, and
nothing may be lost, doubled or sent again without need, or take longer than its bound. It may
be run in pieces: `COUNT=25 FAILOVERS=0`, `COUNT=0 FAILOVERS=5`.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.e2e.chaos.__main__ import say
from tests.e2e.chaos.bounds import DRAINED_WITHIN_SECONDS, in_time, p95
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.host_faults import kill_host
from tests.e2e.chaos.ledger import Ledger
from tests.e2e.chaos.stage import (
    CLEAN,
    RECOVERED_WITHIN_SECONDS,
    SETTLED_WITHIN_SECONDS,
    Stage,
    passed,
)

COUNTED_EACH = 10
COUNTED = (
    *(name for name in CLEAN if name != "not_recovered"),
    "lost_unpushed",
    "sent",
    "heard",
)


def main() -> int:
    """Run both; 0 when every line was linked after every one, in time, and all counts are 0."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--restarts", type=int, default=200)
    parser.add_argument("--failovers", type=int, default=50)
    parser.add_argument("--lines", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep logs and disks here")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster(say, asked.folder or Path(folder)) as cluster,
    ):
        cluster.add_host()
        stage = Stage(cluster, [f"line-{number + 1}" for number in range(asked.lines)])
        cluster.link(stage.names)
        reports = [_restarts(stage, asked.restarts)] if asked.restarts else []
        reports += [_failovers(stage, asked.failovers)] if asked.failovers else []
        still = cluster.connections(stage.names)
    for report in reports:
        report["linked_at_the_end"] = sum(connection is not None for connection in still.values())
        print(json.dumps(report), flush=True)
    return int(not all(still.values()) or not all(report["held"] for report in reports))


def _restarts(stage: Stage, count: int) -> dict[str, Any]:
    """Stop and start the only host while customers write; count after each tenth time."""
    took: list[float] = []
    drained: list[float] = []
    counts: list[dict[str, Any]] = []
    for first in range(0, count, COUNTED_EACH):
        ledger = stage.ledger()
        for _ in range(min(COUNTED_EACH, count - first)):
            took += _restart(stage, ledger, drained)
        ledger.send(*stage.names)
        counts.append({"unsettled": ledger.settle(SETTLED_WITHIN_SECONDS), **ledger.count()})
        say(f"restarts {first + 1} and on, of {count}: {json.dumps(counts[-1])}")
        if len(took) < len(drained) * len(stage.names):
            break
    linked = len(took) == count * len(stage.names)
    whole = {name: sum(each[name] for each in counts) for name in COUNTED}
    clean = not any(whole.get(name) for name in CLEAN)
    return {
        "what": "restarts",
        "count": count,
        "linked_each_time": linked,
        **whole,
        **_spread("back_s", took),
        **_spread("drained_s", drained),
        "held": linked and clean and max(drained) <= DRAINED_WITHIN_SECONDS,
    }


def _restart(stage: Stage, ledger: Ledger, drained: list[float]) -> list[float]:
    """One restart; seconds from SIGTERM until each line was back."""
    host, before = stage.cluster.hosts[0], stage.before()
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        host.stop()
        drained.append(time.monotonic() - began)
        host.start()
    return list(stage.cluster.recovery(began, before, RECOVERED_WITHIN_SECONDS).values())


def _failovers(stage: Stage, count: int) -> dict[str, Any]:
    reports = []
    for number in range(count):
        reports.append(kill_host(stage))
        say(f"failover {number + 1} of {count}: {json.dumps(reports[-1])}")
    whole = all(passed(report) for report in reports)
    return {
        "what": "failovers",
        "count": count,
        "linked_each_time": not any(report["not_recovered"] for report in reports),
        **{name: sum(report[name] for report in reports) for name in COUNTED},
        **_spread("back_s", [seconds for report in reports for seconds in report["each_s"]]),
        "held": whole and in_time(reports),
    }


def _spread(name: str, seconds: list[float]) -> dict[str, float | None]:
    """Middle, 95th and most."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    figures = {"p50": ordered[len(ordered) // 2], "p95": p95(ordered), "max": ordered[-1]}
    return {f"{name}_{key}": round(value, 1) for key, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
