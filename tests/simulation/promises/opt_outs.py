"""Who may not be written to any more."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan


def opt_outs_heeded(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: nothing goes to who had opted out when the message was looked at for the last time."""
    opted_out = opted_out_at(world)
    looked: dict[Any, float] = {}
    for fact in world.journal.of("looked_at", "handed"):
        if fact.kind == "looked_at":
            looked[fact.by, fact.organization_id, fact.message_id] = fact.at
        elif (entry := world.entries.get((fact.organization_id, fact.wa_hex))) is not None:
            since = opted_out.get((fact.organization_id, entry.conversation_id))
            chosen_at = looked.get((fact.by, fact.organization_id, entry.message_id), 0.0)
            if since is not None and since < chosen_at:
                text = f"{fact.text!r} chosen at {chosen_at:.1f}, opted out at {since:.1f}"
                yield Violation(Promise.OPTED_OUT, "over_limit", text)


def opted_out_at(world: Any) -> dict[Any, float]:
    """When each conversation's contact opted out first."""
    first: dict[Any, float] = {}
    for fact in world.journal.of("opted_out"):
        first.setdefault((fact.organization_id, fact.conversation_id), fact.at)
    return first
