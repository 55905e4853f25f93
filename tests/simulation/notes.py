"""What the journal is told of calls that were carried out: what the promises are judged by."""

from typing import Any

from tests.simulation.process import Process, Step

from switchboard.domain.ids import conversation_id
from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import EntryState, OutboxEntry


def _granted(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    lease = step.args[0]
    kind = "granted" if hasattr(value, "grant_id") else "refused"
    world.journal.add(
        kind, organization_id=lease.organization_id, epoch=lease.epoch, by=process.name
    )


def _ready(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    if before is not None and before.state is EntryState.PENDING and value:
        world.journal.add(
            "ready",
            organization_id=step.args[0],
            message_id=step.args[1],
            kind_of_process=process.kind,
        )


def _claimed(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    """A send begins; a newer owner's taking over of a claim is none."""
    if value is not None and before.state is not EntryState.SENDING:
        _of_an_entry(world, "claimed", process, value)


def _put_back(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    if value is not None:
        recovered = value.recoveries > step.args[0].recoveries
        _of_an_entry(world, "put_back", process, value, recovered=recovered)


def _of_an_entry(world: Any, kind: str, process: Process, entry: OutboxEntry, **more: bool) -> None:
    told = {"organization_id": entry.organization_id, "wa_hex": entry.wa_hex}
    world.journal.add(kind, **told, by=process.name, **more)


def _opted_out(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    contact = step.args[0]
    told = {"organization_id": contact.organization_id}
    world.journal.add("opted_out", **told, conversation_id=conversation_id(contact.id))


def _advanced(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    message, status = step.args[:2]
    if value and status in (MessageStatus.EXPIRED, MessageStatus.CANCELLED):
        told = {"organization_id": message.organization_id, "wa_hex": message.wa_hex}
        world.journal.add("ended_unsent", **told, status=status, by=process.name)


def _published(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    lease, generations = step.args
    mine = before is not None and (before.owner, before.epoch) == (lease.owner, lease.epoch)
    newest = generations and world.bucket.stored.get(
        f"profiles/{lease.organization_id}/{generations[0]}"
    )
    world.journal.add(
        "published",
        organization_id=lease.organization_id,
        epoch=lease.epoch,
        stale=not mine,
        unsent=bool(newest and newest.unsent),
    )


def _acquired(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    if value is not None:
        world.journal.add(
            "acquired",
            organization_id=step.args[0],
            epoch=value.epoch,
            by=process.name,
        )


def _paused(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    world.journal.add("paused", organization_id=step.args[0], until=step.args[1])


def _resumed(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    world.journal.add("resumed", organization_id=step.args[0])


def _limited(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    world.journal.add("limited", organization_id=step.args[0], limits=step.args[1])


def _committed(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    conversation, _, commit = step.args[:3]
    if value and commit.message is not None:
        world.journal.add(
            "replied",
            organization_id=conversation.organization_id,
            conversation_id=conversation.id,
            version=commit.answered_version,
        )
        _number(world, commit.entry)


def _accepted(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    if value is not None and not value.duplicate:
        _number(world, step.args[2])


def _number(world: Any, entry: Any) -> None:
    world.entries[entry.organization_id, entry.wa_hex] = entry


def _received(world: Any, process: Process, step: Step, value: Any, before: Any) -> None:
    contact, message = step.args
    if value:
        conversation = world.stores.inbox.conversation(
            contact.organization_id, message.conversation_id
        )
        world.journal.add(
            "received",
            organization_id=contact.organization_id,
            conversation_id=message.conversation_id,
            version=conversation.in_version,
            wa_id=message.whatsapp_message_id,
        )


NOTES = {
    "gate.grant": _granted,
    "outbox.mark_ready": _ready,
    "outbox.claim": _claimed,
    "outbox.retry": _put_back,
    "messages.advance": _advanced,
    "sessions.publish": _published,
    "sessions.acquire": _acquired,
    "sessions.pause": _paused,
    "sessions.resume": _resumed,
    "sessions.set_limits": _limited,
    "turns.commit": _committed,
    "outbox.accept": _accepted,
    "inbox.receive": _received,
    "inbox.set_opted_out": _opted_out,
}
