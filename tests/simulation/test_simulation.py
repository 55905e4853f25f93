"""300 seeds keep every promise, and every mutant breaks its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.mutants import MUTANTS
from tests.simulation.promises.violation import Promise

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 900
"""A busy machine takes its time; alone it takes less than a minute."""


def simulate(*arguments: str, hash_seed: str = "0") -> tuple[int, list[str]]:
    """Status and lines of a run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
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


def test_every_part_of_a_promise_has_a_mutant() -> None:
    judged_apart = {Promise.URGENT, Promise.NO_FAILURE}
    assert {mutant.promise for mutant in MUTANTS.values()} == set(Promise) - judged_apart


def test_a_mutant_is_not_caught_by_another_promise() -> None:
    mutant = MUTANTS["no_guard"]
    assert mutant.caught_by({Promise.LIMITS})
    assert not mutant.caught_by({Promise.ORDER})
    assert not mutant.caught_by({Promise.LIMITS, Promise.ORDER})


def test_a_run_that_breaks_a_promise_fails() -> None:
    status, lines = simulate("--seed", "0", "--mutant", "no_lowest_sequence")
    assert status == 1
    assert any("P4 broken" in line for line in lines)


def test_a_trace_is_the_same_in_another_process_with_other_hashes() -> None:
    first, again = (simulate("--seed", "5", hash_seed=number)[1] for number in ("0", "4711"))
    assert len(first) > 100
    assert first == again


def test_a_seed_depends_on_no_seed_before_it() -> None:
    seeds = [str(seed) for seed in range(0, 60, 4)]
    _, there = simulate("--digests", *seeds, hash_seed="1")
    _, back = simulate("--digests", *reversed(seeds), hash_seed="2")
    assert len(set(there)) == len(seeds)
    assert there == back[::-1]
