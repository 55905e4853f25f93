"""P2: a page that hangs with one message does not hold up the others, and one that hangs goes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan
from tests.simulation.whatsapp import seconds_of

SHORTEST_REST = 25.0
"""A stalled message rests for 30 s at least; two clocks may be 2 s apart."""
MOST_IN_A_ROW = 8
"""Seven fit into the time after which a page that hangs with several messages is replaced."""


def stalled_ones_rest(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: what a page hung with is left alone for a while, so that others go.

    As far as the host that was told so put it back, and both were by a right clock.
    """
    told: dict[Any, Any] = {}
    resting: dict[Any, float] = {}
    for fact in world.journal.of("stalled", "looked_at", "put_back", "claimed"):
        key = _message(world, fact)
        match fact.kind:
            case "stalled":
                told[key] = fact
            case "put_back":
                stalled = told.pop(key, None)
                if stalled is not None and stalled.by == fact.by and _right(stalled):
                    resting[key] = stalled.at
            case "looked_at":  # to be recovered, or sent
                told.pop(key, None)
                if not _right(fact):
                    resting.pop(key, None)
            case "claimed":
                rested = fact.at - resting.pop(key, -SHORTEST_REST)
                if rested < SHORTEST_REST:
                    text = f"{key} tried again {rested:.1f} s after a page hung with it"
                    yield Violation(Promise.LEFT_ALONE, "lost", text)


def _right(fact: Any) -> bool:
    """Whether its host's clock was."""
    return abs(seconds_of(fact.clock) - fact.at) < 1.5


def _message(world: Any, fact: Any) -> tuple[Any, Any]:
    if fact.kind == "looked_at":
        return fact.organization_id, fact.message_id
    entry = world.entries.get((fact.organization_id, fact.wa_hex))
    return fact.organization_id, fact.wa_hex if entry is None else entry.message_id


def stuck_pages_replaced(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: a page that begins nothing is replaced."""
    in_a_row: Counter[Any] = Counter()
    for fact in world.journal.of("opened", "handed", "rejected", "stalled"):
        organization_id = fact.organization_id
        in_a_row[organization_id] += 1
        if fact.kind != "stalled":
            in_a_row[organization_id] = 0
        elif in_a_row[organization_id] == MOST_IN_A_ROW + 1:
            text = f"a page of {organization_id} hung {MOST_IN_A_ROW + 1} times in a row"
            yield Violation(Promise.REPLACED, "lost", text)
