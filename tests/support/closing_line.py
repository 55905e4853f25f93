"""The closing line `N passed, N failed`, and the exit status that goes with it.

As a pytest plugin it writes the counts to a file; run as a module it prints the line last. A run
that collected nothing, or whose collection failed, counts as a failure; so does a skipped test,
since a skip proves nothing, and so does lint.
"""

import json
import sys
from pathlib import Path

import pytest

COUNTS = Path(".local/test-counts.json")


def pytest_sessionstart() -> None:
    COUNTS.unlink(missing_ok=True)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stats = terminalreporter.stats
    failed = sum(len(stats.get(kind, [])) for kind in ("failed", "error", "skipped", "xfailed"))
    COUNTS.parent.mkdir(exist_ok=True)
    COUNTS.write_text(json.dumps([len(stats.get("passed", [])), failed]), encoding="utf8")


def close(lint_status: int, pytest_status: int) -> int:
    passed, failed = json.loads(COUNTS.read_text()) if COUNTS.exists() else (0, 1)
    if passed == 0 or (pytest_status != 0 and failed == 0):
        failed += 1
    failed += lint_status != 0
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(close(int(sys.argv[1]), int(sys.argv[2])))
