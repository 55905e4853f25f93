"""The closing line `N passed, N failed`, and the exit status that goes with it.

As a pytest plugin it writes the counts of a run to a file; run as a module it adds them up and
prints the line last. A run that collected nothing, or whose collection failed, counts as a failure;
so does a skipped test, since a skip proves nothing, and so does lint.
"""

import json
import os
import sys
from pathlib import Path

import pytest

COUNTS = Path(".local/test-counts")
"""One file a run, named by its process; emptied by whoever starts the runs."""


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:  # the controller counts for its workers
        return
    stats = terminalreporter.stats
    failed = sum(len(stats.get(kind, [])) for kind in ("failed", "error", "skipped", "xfailed"))
    COUNTS.mkdir(parents=True, exist_ok=True)
    counts = [len(stats.get("passed", [])), failed]
    (COUNTS / f"{os.getpid()}.json").write_text(json.dumps(counts), encoding="utf8")


def close(lint_status: int, *run_statuses: int) -> int:
    """Print the line.

    Returns:
        0 only when every run passed something and nothing failed.
    """
    counts = [json.loads(one.read_text()) for one in COUNTS.glob("*.json")]
    passed, failed = (sum(one[kind] for one in counts) for kind in (0, 1))
    failed += sum(ran == 0 for ran, _ in counts) + abs(len(run_statuses) - len(counts))
    if any(run_statuses) and failed == 0:
        failed += 1
    failed += lint_status != 0
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(close(*map(int, sys.argv[1:])))
