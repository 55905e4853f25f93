"""`make cost`: counts calls on the emulator, multiplies by list prices; JSON lines."""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.cost import model
from tests.cost.model import Assumed, Counted, Fleet
from tests.support.counted_walk import measured
from tests.support.emulated import emulated_table
from tests.support.watching import watching

TABLE = "cost"
HOSTS = 300
"""Enough that each arc of the ring has more than a page of them."""


def main() -> int:
    """Print every figure with what it was made of."""
    log = Path(tempfile.mkdtemp()) / "ministack.log"
    with emulated_table(TABLE, log):
        costs = asyncio.run(measured(TABLE))
        watched = watching(HOSTS)
    walks = {name: _counted(getattr(costs, name)) for name in ("sent", "answered", "acks")}
    assumed = Assumed()
    for name, walk in walks.items():
        tell(name, counted=asdict(walk), usd_per_1000=1000 * _of(name, walk, assumed))
    line = model.line_month(assumed, watched)
    tell(
        "line_month",
        usd=sum(line.values()),
        parts=line,
        dominated_by=max(line, key=lambda k: line[k]),
    )
    tell("fixed_month", usd=model.fixed_month())
    fleet = Fleet(100_000, 50, assumed)
    tell("fleet_of_100000", **fleet.figures(walks["sent"], walks["answered"], watched))
    tell("watching", **asdict(watched))
    tell("assumed", **asdict(assumed))
    return 0


def _counted(walk: object) -> Counted:
    return Counted(
        *(float(getattr(walk, name)) for name in ("sqs_requests", "write_units", "read_units"))
    )


def _of(name: str, walk: Counted, assumed: Assumed) -> float:
    """Invocations of a walk: dispatcher; inbound, answer and dispatcher; inbound twice."""
    fast = assumed.function_seconds
    if name == "sent":
        return model.message(walk, 1, fast, assumed.function_gb, assumed, api_calls=1)
    if name == "acks":
        return model.message(walk, 2, 2 * fast, assumed.function_gb, assumed)
    seconds = 2 * fast * assumed.function_gb + assumed.answer_seconds * assumed.answer_gb
    return model.message(walk, 3, seconds, 1.0, assumed)


def tell(name: str, **figures: object) -> None:
    """One JSON line."""
    print(json.dumps({"cost": name, **figures}, default=float))


if __name__ == "__main__":
    sys.exit(main())
