"""`make verify-restarts [COUNT=200] [FAILOVERS=50]`: restarts and failovers in a row, then count.

A restart is SIGTERM and a new process on the same machine; a failover is kill -9 with the loss of
the disk while another host stands by. Every line must be linked after each, without a scan. It may
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
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.host_faults import kill_host
from tests.e2e.chaos.stage import RECOVERED_WITHIN_SECONDS, Stage, passed


def main() -> int:
    """Run both; 0 when every line was linked after every one."""
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
    whole = all(still.values())
    return int(not whole or not all(report["linked_each_time"] for report in reports))


def _restarts(stage: Stage, count: int) -> dict[str, Any]:
    """Stop and start the only host; one message both ways each tenth time shows that it works."""
    host = stage.cluster.hosts[0]
    took: list[float] = []
    drained: list[float] = []
    ledger = stage.ledger()
    for number in range(count):
        before, began = stage.before(), time.monotonic()
        host.stop()
        drained.append(time.monotonic() - began)
        host.start()
        back = stage.cluster.recovery(began, before, RECOVERED_WITHIN_SECONDS)
        took.extend(back.values())
        if number % 10 == 9:
            ledger.send(*stage.names)
            ledger.hear(*stage.names)
            say(f"restart {number + 1} of {count}")
        if len(back) < len(stage.names):
            break
    return {
        "what": "restarts",
        "count": count,
        "linked_each_time": len(took) == count * len(stage.names),
        "unsettled": ledger.settle(60),
        **ledger.count(),
        **_spread("back_s", took),
        **_spread("drained_s", drained),
    }


def _failovers(stage: Stage, count: int) -> dict[str, Any]:
    took: list[float] = []
    counts = {"lost": 0, "doubled": 0, "unsettled": 0}
    good = 0
    for number in range(count):
        report = kill_host(stage)
        say(f"failover {number + 1} of {count}: {json.dumps(report)}")
        good += passed(report)
        took.extend(report["each_s"])
        for name in counts:
            counts[name] += report[name]
    return {
        "what": "failovers",
        "count": count,
        "linked_each_time": good == count,
        **counts,
        **_spread("back_s", took),
    }


def _spread(name: str, seconds: list[float]) -> dict[str, float | None]:
    """Middle, 95th and most."""
    ordered = sorted(seconds)
    if not ordered:
        return {}
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    figures = {"p50": middle, "p95": late, "max": ordered[-1]}
    return {f"{name}_{key}": round(value, 1) for key, value in figures.items()}


if __name__ == "__main__":
    sys.exit(main())
