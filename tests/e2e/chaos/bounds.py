"""How long a fault may take: what is promised, judged over all rounds of a fault.

Meant for a quiet machine, so the faults that `make test` stages are not held to it.
"""

import math
from collections.abc import Sequence
from typing import Any

BACK_WITHIN_SECONDS = 45.0
"""After kill -9 of a host: p95 of its lines until each is CONNECTED elsewhere."""
DRAINED_WITHIN_SECONDS = 10.0
"""After SIGTERM: each line until its host has let go of it."""
DRAINED_AT_ONCE = 4


def p95(seconds: Sequence[float]) -> float:
    """The nearest rank: of less than twenty samples the largest."""
    return sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1] if seconds else math.inf


def in_time(reports: Sequence[dict[str, Any]]) -> bool:
    """Whether the rounds of one fault kept to its bound; true of a fault that has none."""
    kill = [report for report in reports if report["fault"] == "kill_host"]
    stop = [report for report in reports if report["fault"] == "stop_host"]
    back = [seconds for report in kill for seconds in report["each_s"]]
    drained = [seconds for report in stop for seconds in report["line_drained_s"]]
    at_once = all(report["drained_at_once"] >= DRAINED_AT_ONCE for report in stop)
    return (not kill or p95(back) <= BACK_WITHIN_SECONDS) and (
        not stop or (max(drained, default=math.inf) <= DRAINED_WITHIN_SECONDS and at_once)
    )
