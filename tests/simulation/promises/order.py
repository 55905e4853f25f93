"""P4: the order within a conversation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.process import BASE
from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan, PlannedOrganization

from switchboard.domain.message import Source
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.quiet_hours import QuietHours


def order_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P4: sequence order in a conversation; one that ended otherwise is skipped.

    One that was scheduled and not due, or held back in quiet hours, by its host's clock when a
    later one was chosen, may follow that one.
    """
    for organization in plan.organizations:
        chosen_at = _choices(world, organization.id)
        gone: list[OutboxEntry] = []
        for wire in world.accounts[organization.id].first_copies():
            entry = world.entries.get((organization.id, wire.wa_hex))
            if entry is None:
                continue
            for other in gone:
                later = other.conversation_id == entry.conversation_id and other.seq > entry.seq
                if later and _stood(entry, organization, chosen_at[other.wa_hex]):
                    text = f"{wire.text!r} ({entry.seq}) after one with {other.seq}"
                    yield Violation(Promise.ORDER, "reordered", text)
            gone.append(entry)


def _stood(entry: OutboxEntry, organization: PlannedOrganization, now: datetime) -> bool:
    """Whether an entry stood in its conversation's queue."""
    hours = organization.quiet_hours
    held = hours is not None and entry.source == Source.API and _quiet(hours, now)
    return entry.takes_part(now) and not held


def _quiet(hours: QuietHours, now: datetime) -> bool:
    """Also before them: a clock that is set back over their beginning holds on to what it held."""
    first_end = datetime.combine(BASE.date(), hours.end, BASE.tzinfo)
    return now < first_end or hours.until(now) is not None


def _choices(world: Any, organization_id: Any) -> dict[str, datetime]:
    """When, by its host's clock, the one was chosen that was handed over first of each id."""
    looked: dict[Any, datetime] = {}
    chosen: dict[str, datetime] = {}
    for fact in world.journal.of("looked_at", "handed"):
        if fact.organization_id != organization_id:
            continue
        if fact.kind == "looked_at":
            looked[fact.by, fact.message_id] = fact.clock
        elif (entry := world.entries.get((organization_id, fact.wa_hex))) is not None:
            chosen.setdefault(fact.wa_hex, looked[fact.by, entry.message_id])
    return chosen
