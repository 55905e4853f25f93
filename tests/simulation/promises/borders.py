"""P1, P9, P10, P11: who may send, read, publish and make READY."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan


def no_stale_sends(world: Any, plan: Plan) -> Iterator[Violation]:
    """P1: no send, nor leave to send, for an epoch once a newer one has its first grant."""
    for organization in plan.organizations:
        newest = 0
        for fact in world.journal.of("granted", "handed", "wire"):
            if fact.organization_id != organization.id:
                continue
            epoch = fact.wire.epoch if fact.kind == "wire" else fact.epoch
            newest = max(newest, epoch if fact.kind == "granted" else 0)
            if epoch < newest:
                text = f"{fact.kind} by {epoch} at {fact.at:.1f} after a grant of {newest}"
                yield Violation(Promise.NO_STALE_SENDS, "stale_sends", text)


def organizations_apart(world: Any, plan: Plan) -> Iterator[Violation]:
    """P9: nothing of one organization is read, kept or sent by another."""
    table = world.stores.table
    for organization_id, account in world.accounts.items():
        for wire in account.wire:
            if organization_id not in wire.text:
                yield Violation(
                    Promise.OWN_SENT, "doubled", f"{organization_id} sent {wire.text!r}"
                )
    for (organization_id, _), message in table.messages.items():
        if message.organization_id != organization_id or organization_id not in message.content:
            yield Violation(
                Promise.OWN_STORED, "doubled", f"{organization_id} keeps {message.content!r}"
            )
    for request in world.agent.requests:
        if any(
            request.organization_id not in message.content
            for message in (*request.history, *request.burst)
        ):
            yield Violation(
                Promise.OWN_READ, "doubled", f"{request.organization_id} read another's messages"
            )


def no_stale_snapshot(world: Any, plan: Plan) -> Iterator[Violation]:
    """P10: a stale snapshot is never published, nor one that holds a message on its way."""
    for fact in world.journal.of("published"):
        if fact.stale:
            yield Violation(
                Promise.OWN_SNAPSHOT, "stale_sends", f"published by {fact.epoch} at {fact.at:.1f}"
            )
        if fact.unsent:
            yield Violation(
                Promise.WHOLE_SNAPSHOT, "doubled", f"unsent message published at {fact.at:.1f}"
            )


def only_the_queue_makes_ready(world: Any, plan: Plan) -> Iterator[Violation]:
    """P11: with SQS blocked nothing reaches READY."""
    for fact in world.journal.of("ready"):
        if fact.kind_of_process != "dispatcher":
            text = f"{fact.message_id} made READY by a {fact.kind_of_process}"
            yield Violation(Promise.READY, "lost", text)
