"""Open the functions' workers before the first message, and no more than will ever run at once.

A worker costs about a second of one core: on two cores, five for each of six functions took 23 s.
The event source mappings are therefore held to `BATCHES_AT_ONCE`, and exactly that many workers
stand ready, so that no burst opens a cold one.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

BATCHES_AT_ONCE = 3
"""Batches of one standard queue in work at a time; on AWS the template's own figure holds."""

WORKERS = {
    "AnswerFunction": BATCHES_AT_ONCE,
    "DispatcherFunction": BATCHES_AT_ONCE,
    "InboundFunction": 1,  # MiniStack works through a FIFO queue one batch at a time
    "SweeperFunction": 1,
    "EventsFunction": 1,  # the emulator reads a stream one batch at a time
    "WebhooksFunction": 1 + BATCHES_AT_ONCE,  # one straight, the others on parked lanes
    "AuthorizerFunction": 2,  # its answer is cached for a minute
    "ApiFunction": 5,  # the console asks for several things at once
}
_EVENT = json.dumps({"warmup": True}).encode()


class ColdFunctionError(RuntimeError):
    """A function did not survive its import or its warm-up event."""


def warm_up(functions: Any, names: dict[str, str]) -> None:
    """Open every function's workers.

    Args:
        functions: a Lambda client.
        names: logical id of each function -> its name.

    Raises:
        ColdFunctionError: a function failed, with its own words.
    """
    others = [name for one, name in names.items() for _ in range(WORKERS[one] - 1)]
    with ThreadPoolExecutor(len(others)) as pool:
        # the first worker of a function unpacks its code; a second one at that moment would fail
        list(pool.map(lambda name: _invoke(functions, name), names.values()))
        list(pool.map(lambda name: _invoke(functions, name), others))


def _invoke(functions: Any, name: str) -> None:
    answer = functions.invoke(FunctionName=name, Payload=_EVENT)
    if answer.get("FunctionError"):
        raise ColdFunctionError(f"{name}: {answer['Payload'].read().decode()[:2000]}")
