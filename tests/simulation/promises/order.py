"""P4: the order within a conversation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.promises.violation import Violation
from tests.simulation.scenario import Plan

from switchboard.domain.outbox import OutboxEntry


def order_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P4: sequence order in a conversation; one that ended otherwise is skipped.

    One that was scheduled, and by its host's clock not due when a later one was chosen, may follow
    that one.
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
                due = entry.send_at is None or entry.send_at <= chosen_at[other.wa_hex]
                if later and due:
                    text = f"{wire.text!r} ({entry.seq}) after one with {other.seq}"
                    yield Violation("P4", "reordered", text)
            gone.append(entry)


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
