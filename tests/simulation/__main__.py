"""`make verify-simulation SEEDS=4000` and `make verify-simulation SEED=17`.

Prints a line for each violation and figure; the last line is one JSON object, and the status is 0
only when no promise was broken and each mutant was caught.
"""

import argparse
import gc
import hashlib
import json
import logging
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from tests.simulation import recorded
from tests.simulation.long_runs import saturated, urgent_behind_backlog
from tests.simulation.mutants import MUTANTS, no_reserve
from tests.simulation.run import Verdict, run_seed
from tests.simulation.scenario import EMPHASISED

PROCESSES = 2
SEARCHED = 3_000
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
    parser.add_argument("--digests", type=int, nargs="+", help="print a digest of each one's trace")
    parser.add_argument("--record", action="store_true", help="note seeds that catch the mutants")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    if wanted.seed is not None:
        return replay(wanted.seed, wanted.mutant)
    if wanted.digests:
        return print_digests(wanted.digests)
    if wanted.record:
        return record()
    return verify(wanted.first, wanted.seeds, wanted.days)


def replay(seed: int, mutant: str | None) -> int:
    """One seed, aloud."""
    with MUTANTS[mutant].patch() if mutant else nullcontext():
        verdict = run_seed(seed, print)
    _tell(verdict)
    print(json.dumps({"seed": seed, "facts": verdict.facts}))
    return int(bool(verdict.violations))


def print_digests(seeds: list[int]) -> int:
    """A digest of every line of a seed's trace, in the order asked for."""
    for seed in seeds:
        trace = hashlib.sha256()
        run_seed(seed, lambda line, trace=trace: trace.update(line.encode()))
        print(json.dumps({"seed": seed, "digest": trace.hexdigest()}), flush=True)
    return 0


def record() -> int:
    """Find the first seed that catches each mutant, and write it down for the next runs."""
    with multiprocessing.Pool(PROCESSES, initializer=_prepare) as pool:
        found = dict(pool.imap_unordered(_search, MUTANTS))
    known = {name: found[name] for name in MUTANTS if found[name] is not None}
    lines = [f'    "{name}": {seed},' for name, seed in known.items()]
    text = "\n".join([RECORDED_HEAD, *lines, "}"]) + "\n"
    Path(recorded.__file__).write_text(text, encoding="utf8")
    missed = [name for name in MUTANTS if found[name] is None]
    print(json.dumps({"recorded": known, "missed": missed}))
    return int(bool(missed))


RECORDED_HEAD = '''"""Seeds that are known to catch a mutant: tried first; `--record` writes them anew."""

SEEDS: dict[str, int] = {'''


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
    """Cyclic garbage is collected between seeds only, and not among what is there for good."""
    logging.disable(logging.CRITICAL)
    gc.disable()
    gc.freeze()


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
    """The first seed under which a mutant breaks its promise, and no other."""
    known = recorded.SEEDS.get(name)
    if known is not None and _catches(name, known):
        return name, known
    return _search(name)


def _search(name: str) -> tuple[str, int | None]:
    """Among the emphasised seeds: they reach rare faults sooner."""
    seeds = range(0, SEARCHED, EMPHASISED)
    found = next((seed for seed in seeds if _catches(name, seed)), None)
    print(json.dumps({"mutant": name, "seed": found}), flush=True)
    return name, found


def _catches(name: str, seed: int) -> bool:
    mutant = MUTANTS[name]
    with mutant.patch():
        return mutant.caught_by({violation.promise for violation in run_seed(seed).violations})


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
    """P7's mutation: without the tenth kept free an urgent message waits, and nothing else fails."""
    with no_reserve():
        figures = urgent_behind_backlog()
    return figures["limits_kept"] and not figures["urgent_in_time"]


if __name__ == "__main__":
    sys.exit(main())
