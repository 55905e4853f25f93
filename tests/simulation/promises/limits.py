"""P5: what goes out in a window."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan

from switchboard.domain.rate_limit import WINDOWS


def limits_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P5: at most N messages on the wire in any window, whoever owned the line."""
    by_a_wrong_clock = {
        fact.organization_id for fact in world.journal.of("wall_read") if fact.wrong_clock
    }
    # Outside the promise: a host reads the wall once, when it begins with a line (ADR 8).
    for organization in plan.organizations:
        if organization.id in by_a_wrong_clock:
            continue
        changes = [
            (fact.at, fact.limits)
            for fact in world.journal.of("limited")
            if fact.organization_id == organization.id
        ]
        sends = [wire.at for wire in world.accounts[organization.id].first_copies()]
        for window in WINDOWS:
            length = window.length_ms / 1000
            for index, at in enumerate(sends):
                begin = at - length
                count = sum(begin < other <= at for other in sends[: index + 1])
                allowed = _highest(changes, f"per_{window.name}", begin - 30.0, at)
                if count > allowed:
                    text = f"{count} of {allowed} a {window.name} up to {at:.1f}"
                    yield Violation(Promise.LIMITS, "over_limit", text)
                    break


def _highest(changes: list[tuple[float, Any]], name: str, begin: float, end: float) -> int:
    """The highest limit in force at any time of a window."""
    in_force = 0
    for index, (at, limits) in enumerate(changes):
        until = changes[index + 1][0] if index + 1 < len(changes) else float("inf")
        if at <= end and until > begin:
            in_force = max(in_force, getattr(limits, name))
    return in_force
