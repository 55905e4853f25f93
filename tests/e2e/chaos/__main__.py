"""`make verify-chaos [FAULT=name] [ROUNDS=n] [LINES=n]`: stage faults, print a JSON line each.

Ends 0 when nothing was lost, doubled or sent again without need, every line came back within the
fault's bound, and what each fault itself demands held. Without a name all faults are staged in
turn; `kill_host` with ROUNDS=20 LINES=5 shows how long a lost host's lines are away.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.chaos import cloud_faults, host_faults, page_faults
from tests.e2e.chaos.bounds import in_time, p95
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.stage import CLEAN, Stage, passed

FAULTS: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "kill_host": host_faults.kill_host,
    "freeze_host": host_faults.freeze_host,
    "kill_chromium": page_faults.kill_chromium,
    "kill_driver": page_faults.kill_driver,
    "freeze_page": page_faults.freeze_page,
    "log_out": page_faults.log_out,
    "cut_network": host_faults.cut_network,
    "stop_host": host_faults.stop_host,
    "two_hosts_one_line": host_faults.two_hosts_one_line,
    "brown_out": cloud_faults.brown_out,
    "corrupt_snapshot": page_faults.corrupt_snapshot,
    "fill_disk": host_faults.fill_disk,
    "restart_cloud": cloud_faults.restart_cloud,
}


def main() -> int:
    """Stage what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fault", default="", help=f"one of {', '.join(FAULTS)}; all when empty")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--lines", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep logs and disks here")
    asked = parser.parse_args()
    names = [name for name in asked.fault.split(",") if name] or list(FAULTS)
    unknown = set(names) - set(FAULTS)
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        reports = _stage(asked.folder or Path(folder), names, asked.rounds, asked.lines)
    return int(not all(passed(report) and report["in_time"] for report in reports))


def _stage(folder: Path, names: list[str], rounds: int, lines: int) -> list[dict[str, Any]]:
    reports = []
    with Cluster(say, folder, keeps_state="restart_cloud" in names) as cluster:
        cluster.add_host()
        stage = Stage(cluster, [f"line-{number + 1}" for number in range(lines)])
        cluster.link(stage.names)
        for name in names:
            staged = []
            for number in range(rounds):
                say(f"{name}, round {number + 1} of {rounds}")
                staged.append(FAULTS[name](stage))
                say(json.dumps(staged[-1]))
            reports.append(together(staged))
            print(json.dumps(reports[-1]), flush=True)
    return reports


def together(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Several rounds of one fault as one report, held to the fault's bound."""
    if len(reports) == 1:
        return reports[0] | {"in_time": in_time(reports)}
    added = (*CLEAN, "lost_unpushed", "sent", "heard", "lines")
    each = sorted(seconds for report in reports for seconds in report["each_s"])
    whole = {name: sum(report[name] for report in reports) for name in added}
    return {
        "fault": reports[0]["fault"],
        "rounds": len(reports),
        **whole,
        "missing": [missing for report in reports for missing in report["missing"]],
        "unpushed_s": [seconds for report in reports for seconds in report["unpushed_s"]],
        "recovered_s": max(report["recovered_s"] for report in reports),
        "recovered_s_p50": each[len(each) // 2] if each else None,
        "recovered_s_p95": p95(each) if each else None,
        "most_wire_copies": max(report["most_wire_copies"] for report in reports),
        "held": all(passed(report) for report in reports),
        "in_time": in_time(reports),
        "each_s": each,
    }


def say(text: str) -> None:
    """Progress, beside the figures."""
    print(f"verify-chaos: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
