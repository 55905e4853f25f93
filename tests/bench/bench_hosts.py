"""Failover, drain and restart of a host of five lines, on two real hosts; seconds.

A fault of the same kind is staged as often as asked by `make verify-chaos` and `verify-restarts`.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import figure
from tests.e2e.chaos.__main__ import say
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.host_faults import kill_host, stop_host
from tests.e2e.chaos.stage import RECOVERED_WITHIN_SECONDS, Stage, passed

LINES = 5


def main() -> int:
    """Stage each once; the status tells whether every line came back with every message."""
    names = [f"line-{number + 1}" for number in range(LINES)]
    with tempfile.TemporaryDirectory() as folder, Cluster(say, Path(folder)) as cluster:
        cluster.add_host()
        stage = Stage(cluster, names)
        cluster.link(names)
        restarted = _restart(stage)
        drained, killed = stop_host(stage), kill_host(stage)
    figure("host_restart_to_connected_p50", statistics.median(restarted), "s")
    figure("host_restart_to_connected_max", max(restarted), "s")
    figure("host_drain", drained["drained_s"], "s")
    figure("host_drain_to_connected_elsewhere_max", drained["recovered_s"], "s")
    figure("host_failover_p50", statistics.median(killed["each_s"]), "s")
    figure("host_failover_max", killed["recovered_s"], "s")
    figure("host_children_end_after_kill", killed["children_ended_s"] or -1, "s")
    return int(not (passed(drained) and passed(killed)))


def _restart(stage: Stage) -> list[float]:
    """The only host stops and starts again."""
    host = stage.cluster.hosts[0]
    before, began = stage.before(), time.monotonic()
    host.stop()
    host.start()
    return list(stage.cluster.recovery(began, before, RECOVERED_WITHIN_SECONDS).values())


if __name__ == "__main__":
    sys.exit(main())
