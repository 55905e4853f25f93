"""Many runs, and what they came to as a JSON line: `python -m tests.simulation_turns RUNS`."""

import json
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.simulation_turns.simulation import Simulation
from tests.simulation_turns.verdict import breaches

CHUNK = 100


def simulate(seeds: range) -> tuple[Counter[str], list[str]]:
    """Counts and broken promises of some runs."""
    counts: Counter[str] = Counter()
    broken: list[str] = []
    for seed in seeds:
        simulation = Simulation(seed)
        simulation.run()
        counts["runs"] += 1
        counts["inbound"] += sum(map(len, simulation.written.values()))
        counts["replies"] += sum(map(len, simulation.commits.values()))
        counts["model_calls"] += simulation.thoughts
        counts["discarded_drafts"] += sum(map(sum, simulation.discards.values()))
        counts["crashes"] += simulation.crashes
        broken += [f"seed {seed}: {words}" for words in breaches(simulation)]
    return counts, broken


def _quiet() -> None:
    """Thousands of staged faults are not worth a line each."""
    logging.getLogger("switchboard").setLevel(logging.CRITICAL)


def main(runs: int) -> int:
    """Run them on all cores; the status is 1 when a promise was broken."""
    started = time.monotonic()
    total: Counter[str] = Counter()
    broken: list[str] = []
    chunks = [range(first, min(first + CHUNK, runs)) for first in range(0, runs, CHUNK)]
    with ProcessPoolExecutor(os.process_cpu_count(), initializer=_quiet) as pool:
        for counts, words in pool.map(simulate, chunks):
            total += counts
            broken += words
    for words in broken[:20]:
        print(words, file=sys.stderr)
    figures = {**total, "breaches": len(broken), "seconds": round(time.monotonic() - started, 1)}
    print(json.dumps({"name": "bursts", **figures}))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000))
