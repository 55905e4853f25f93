"""What an organization's quiet hours hold back."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan

from switchboard.domain.message import Source


def quiet_hours_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """No message of the API is handed over in quiet hours, unless its contact has written.

    By its host's clock, both when it was chosen and when it was handed over: what was looked at
    just before the hours may go just after they began. That it goes once they are over is P2.
    """
    heard: set[Any] = set()
    looked: dict[Any, Any] = {}
    quiet = {one.id: one.quiet_hours for one in plan.organizations if one.quiet_hours is not None}
    for fact in world.journal.of("looked_at", "handed", "received"):
        hours = quiet.get(fact.organization_id)
        if hours is None:
            continue
        if fact.kind == "received":
            heard.add((fact.organization_id, fact.conversation_id))
        elif fact.kind == "looked_at":
            looked[fact.by, fact.message_id] = fact.clock
        elif (entry := _proactive(world, fact, heard)) is not None:
            chosen_at = looked[fact.by, entry.message_id]
            if hours.until(chosen_at) is not None and hours.until(fact.clock) is not None:
                text = f"{fact.text!r} handed over at {fact.clock:%T} in {hours}"
                yield Violation(Promise.QUIET, "over_limit", text)


def _proactive(world: Any, fact: Any, heard: set[Any]) -> Any:
    """The entry that was handed over, when nobody waits for it."""
    entry = world.entries.get((fact.organization_id, fact.wa_hex))
    if entry is None or entry.source != Source.API:
        return None
    return None if (fact.organization_id, entry.conversation_id) in heard else entry
