"""`make verify-simulation SEEDS=4000` and `make verify-simulation SEED=17`.

Prints a line for each violation and figure; the last line is one JSON object, and the status is 0
only when no promise was broken and each mutant was caught.
"""

import argparse
import gc
import json
import logging
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.simulation.long_runs import saturated, urgent_behind_backlog
from tests.simulation.mutants import MUTANTS, no_reserve
from tests.simulation.recorded import SEEDS
from tests.simulation.run import Verdict, run_seed

PROCESSES = 2
SEARCHED = 400
"""Seeds tried for a mutant whose recorded seed does not catch it any more."""
COUNTS = ("lost", "doubled", "reordered", "over_limit", "stale_sends")


def main() -> int:
    """Parse, run, report."""
    parser = argparse.ArgumentParser(prog="verify-simulation")
    parser.add_argument("--seeds", type=int, default=4_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, help="replay this one, with a trace")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="with --seed: under a mutant")
    parser.add_argument("--days", type=int, default=3, help="simulated days under a backlog")
    wanted = parser.parse_args()
    _fix_hashes()
    logging.disable(logging.CRITICAL)
    if wanted.seed is not None:
        return replay(wanted.seed, wanted.mutant)
    return verify(wanted.first, wanted.seeds, wanted.days)


def _fix_hashes() -> None:
    """Sets of strings are iterated in the order of their hashes, which Python draws at its start."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]])


def replay(seed: int, mutant: str | None) -> int:
    """One seed, aloud."""
    if mutant is None:
        verdict = run_seed(seed, aloud=True)
    else:
        with MUTANTS[mutant].patch():
            verdict = run_seed(seed, aloud=True)
    _tell(verdict)
    print(json.dumps({"seed": seed, "digest": verdict.digest, "facts": verdict.facts}))
    return int(bool(verdict.violations))


def verify(first: int, seeds: int, days: int) -> int:
    """Seeds, mutants and long runs on two processes."""
    with multiprocessing.Pool(PROCESSES, initializer=_prepare) as pool:
        long_runs = [pool.apply_async(_long_run, (name, days)) for name in LONG_RUNS]
        caught = pool.imap_unordered(_catch, MUTANTS)
        verdicts = pool.imap_unordered(run_seed, range(first, first + seeds), chunksize=8)
        report = _report(verdicts)
        within = [_print_figure(run.get()) for run in long_runs]
        mutants = dict(caught)
    mutants |= {"no_reserve": 0 if _no_reserve_is_caught() else None}
    print(json.dumps(report | {"mutants": dict(sorted(mutants.items()))}))
    clean = not any(report[name] for name in COUNTS) and report["seeds"] == seeds
    return int(not (clean and all(within) and None not in mutants.values()))


def _prepare() -> None:
    """Cyclic garbage is collected between seeds only."""
    logging.disable(logging.CRITICAL)
    gc.disable()


def _report(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    counts: Counter[str] = Counter(dict.fromkeys(("seeds", "messages", *COUNTS), 0))
    for verdict in verdicts:
        counts["seeds"] += 1
        counts["messages"] += verdict.messages
        counts.update(violation.kind for violation in verdict.violations)
        _tell(verdict)
    return dict(counts)


def _tell(verdict: Verdict) -> None:
    for violation in verdict.violations:
        text = f"seed {verdict.seed}: {violation.promise} broken: {violation.text}"
        print(text, flush=True)


def _catch(name: str) -> tuple[str, int | None]:
    """The first seed under which a mutant breaks its promise."""
    mutant = MUTANTS[name]
    with mutant.patch():
        for seed in _candidates(name):
            if any(v.promise == mutant.promise for v in run_seed(seed).violations):
                return name, seed
    return name, None


def _candidates(name: str) -> Iterator[int]:
    if name in SEEDS:
        yield SEEDS[name]
    yield from range(SEARCHED)


LONG_RUNS = ("normal", "with_urgent", "urgent_behind_600")


def _long_run(name: str, days: int) -> tuple[str, dict[str, Any]]:
    if name == "urgent_behind_600":
        return name, urgent_behind_backlog()
    return name, saturated(days, urgent=name == "with_urgent")


def _print_figure(run: tuple[str, dict[str, Any]]) -> bool:
    name, figures = run
    print(json.dumps({"figure": name, **figures}), flush=True)
    return bool(figures["within"])


def _no_reserve_is_caught() -> bool:
    """P7's mutation: without the tenth kept free an urgent message waits behind the backlog."""
    with no_reserve():
        return not urgent_behind_backlog()["within"]


if __name__ == "__main__":
    sys.exit(main())
