"""P6: what goes out after a sign of a ban, and after a pause."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan
from tests.simulation.whatsapp import seconds_of

FOREVER = float("inf")
KINDS = ("paused", "resumed")


def pauses_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P6: at most one send after a pause commits."""
    for organization in plan.organizations:
        sends = [wire.at for wire in world.accounts[organization.id].first_copies()]
        facts = [
            f for f in world.journal.of("paused", "resumed") if f.organization_id == organization.id
        ]
        for index, fact in enumerate(facts):
            if fact.kind == "resumed":
                continue
            resumed = [later.at for later in facts[index + 1 :] if later.kind == "resumed"]
            end = min([seconds_of(fact.until) - 2.0, *resumed])
            count = sum(fact.at < at < end for at in sends)
            if count > 1:
                text = f"{count} sends after the pause at {fact.at:.1f}"
                yield Violation(Promise.PAUSE, "over_limit", text)


def signs_heeded(world: Any, plan: Plan) -> Iterator[Violation]:
    """P6: a host that WhatsApp tells of a ban sends only what was under way, and notes the sign.

    Until a person resumes. A host that is killed may take what it knows with it, one that is
    stalled or cut off notes it late: for the next owner the pause itself counts.
    """
    for organization in plan.organizations:
        account = world.accounts[organization.id]
        for signal in account.signals:
            noted, resumed = (_first(world, kind, organization.id, signal.at) for kind in KINDS)
            end = min(resumed, signal.forgotten_at if signal.forgotten_at < noted else FOREVER)
            told = signal.page.process
            after = [wire for wire in account.first_copies() if signal.at < wire.at < end]
            count = sum(wire.by == told.name for wire in after)
            if count > 1:
                text = f"{count} sends after the sign of a ban at {signal.at:.1f}"
                yield Violation(Promise.SIGN, "over_limit", text)
            if signal.heard and told.undisturbed and noted == FOREVER:
                text = f"the sign of a ban at {signal.at:.1f} was not noted"
                yield Violation(Promise.NOTED, "over_limit", text)


def _first(world: Any, kind: str, organization_id: Any, after: float) -> float:
    facts = world.journal.of(kind)
    return min(
        (f.at for f in facts if f.organization_id == organization_id and f.at >= after),
        default=FOREVER,
    )
