"""300 seeds keep every promise, and every mutant breaks its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 900
"""A busy machine takes its time; alone it takes less than a minute."""


def simulate(*arguments: str) -> tuple[int, list[str]]:
    """Status and lines of a run; a process of its own, whose string hashes are fixed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.timeout(LONGEST_SECONDS)
def test_300_seeds_keep_every_promise_and_every_mutant_is_caught() -> None:
    status, lines = simulate("--seeds", "300", "--days", "1")
    report: dict[str, Any] = json.loads(lines[-1])
    assert status == 0, "\n".join(lines)
    assert report["seeds"] == 300
    assert report["messages"] > 300
    broken = ("lost", "doubled", "reordered", "over_limit", "stale_sends")
    assert [report[name] for name in broken] == [0] * len(broken)
    assert report["mutants"]
    assert None not in report["mutants"].values()


def test_a_run_that_breaks_a_promise_fails() -> None:
    status, lines = simulate("--seed", "0", "--mutant", "no_lowest_sequence")
    assert status == 1
    assert any("P4 broken" in line for line in lines)


def test_a_seed_is_replayed_exactly() -> None:
    first, again = (simulate("--seed", "5")[1] for _ in range(2))
    assert json.loads(first[-1])["digest"] == json.loads(again[-1])["digest"]
    assert len(first) == len(again) > 100
