"""The promises of the protocol, judged by what a run's journal and its last state say."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.simulation.scenario import Plan
from tests.simulation.whatsapp import Wire, seconds_of

from switchboard.domain.message import SENT_OR_BETTER, MessageStatus
from switchboard.domain.rate_limit import WINDOWS


@dataclass(frozen=True)
class Violation:
    """A promise that was broken; `kind` is the count of the report it belongs to."""

    promise: str
    kind: str
    text: str


def judge(world: Any, plan: Plan, *, settled: bool) -> list[Violation]:
    """Every violation of every promise."""
    checks = (
        _no_stale_sends,
        _nothing_lost,
        _nothing_unheard,
        _no_copies,
        _order_kept,
        _limits_kept,
        _pauses_kept,
        _heard_once,
        _one_reply_a_burst,
        _organizations_apart,
        _no_stale_snapshot,
        _only_the_queue_makes_ready,
        _no_unforeseen_failure,
    )
    found = [violation for check in checks for violation in check(world, plan)]
    if not settled and not found:
        found.append(Violation("P2", "lost", f"not settled: {_unsettled(world)}"))
    return found


def _unsettled(world: Any) -> dict[str, Any]:
    table = world.stores.table
    return {
        "entries": [
            (e.organization_id, e.message_id, e.state.value) for e in table.entries.values()
        ],
        "unanswered": list(unanswered(world)),
        "inbound": world.inbound.waiting,
        "timers": world.timers.waiting,
        "offline": list(offline(world)),
    }


def unanswered(world: Any) -> Iterator[Any]:
    """Conversations that wait for a reply; a deleted line's wait for nothing."""
    for key, conversation in world.stores.table.conversations.items():
        if conversation.unanswered and key[0] not in world.deleted:
            yield key


def offline(world: Any) -> Iterator[Any]:
    """Organizations whose device has not taken everything yet."""
    for organization_id, account in world.accounts.items():
        if account.offline and organization_id not in world.deleted:
            yield organization_id


def _no_stale_sends(world: Any, plan: Plan) -> Iterator[Violation]:
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
                yield Violation("P1", "stale_sends", text)


def _nothing_lost(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: every accepted message comes to an end, and SENT means that it was on the wire."""
    table = world.stores.table
    shown = {wire.wa_hex for account in world.accounts.values() for wire in account.wire}
    for fact in world.journal.of("accepted"):
        message = fact.message
        stored = table.messages.get((message.organization_id, message.id))
        if stored is None or stored.status is MessageStatus.QUEUED:
            yield Violation("P2", "lost", f"{message.content!r} never ended")
        elif stored.status in SENT_OR_BETTER and stored.wa_hex not in shown:
            yield Violation("P2", "lost", f"{message.content!r} is {stored.status}, never sent")
    for key in unanswered(world):
        yield Violation("P2", "lost", f"{key} waits for a reply")


def _nothing_unheard(world: Any, plan: Plan) -> Iterator[Violation]:
    """Inbound: what the page that is open now still shows has been stored.

    A message whose page acknowledged it and whose disk was lost before a snapshot is gone, which is
    the loss window that the protocol names.
    """
    for organization_id, wa_id in unheard(world):
        yield Violation("P2", "lost", f"{organization_id} never stored {wa_id}")


def unheard(world: Any) -> Iterator[tuple[str, str]]:
    """What an open page shows and nobody has stored yet: organization and WhatsApp's id."""
    stored = {(fact.organization_id, fact.wa_id) for fact in world.journal.of("received")}
    for organization_id, account in world.accounts.items():
        shown = account.stream.profile.chats if account.stream is not None else []
        for seen in shown:
            if not seen.from_me and (organization_id, seen.wa_id) not in stored:
                yield organization_id, seen.wa_id


def _no_copies(world: Any, plan: Plan) -> Iterator[Violation]:
    """P3: one visible copy a message; without WhatsApp's help none that we sent twice."""
    for organization in plan.organizations:
        account = world.accounts[organization.id]
        copies: dict[str, int] = defaultdict(int)
        for wire in account.shown():
            if account.same_id_once or not wire.by_itself:
                # Replies to two bursts may say the same.
                copies[wire.wa_hex if wire.text.startswith("re:") else wire.text] += 1
        for text, count in copies.items():
            if count > 1:
                yield Violation("P3", "doubled", f"{text!r} shown {count} times")


def _first_copies(world: Any, organization_id: Any) -> list[Wire]:
    first: dict[str, Wire] = {}
    for wire in world.accounts[organization_id].wire:
        first.setdefault(wire.wa_hex, wire)
    return sorted(first.values(), key=lambda wire: wire.at)


def _order_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P4: sequence order in a conversation; one that ended otherwise is skipped."""
    sequence = world.sequence
    wrong_time = any(fault.kind == "clock_jump" for fault in plan.faults)
    for organization in plan.organizations:
        highest: dict[Any, tuple[int, Wire]] = {}
        for wire in _first_copies(world, organization.id):
            known = sequence.get((organization.id, wire.wa_hex))
            if known is None:
                continue
            conversation, seq, send_at = known
            before = highest.get(conversation)
            if before is not None and seq < before[0]:
                due = send_at is None or seconds_of(send_at) < before[1].at - 30.0
                due = due and not (send_at and wrong_time)  # by that clock it was not due
                if due:
                    text = f"{wire.text!r} ({seq}) after {before[1].text!r} ({before[0]})"
                    yield Violation("P4", "reordered", text)
            else:
                highest[conversation] = (seq, wire)


def _limits_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P5: at most N messages on the wire in any window, whoever owned the line."""
    by_a_wrong_clock = {
        fact.organization_id for fact in world.journal.of("acquired") if fact.wrong_clock
    }
    # Outside the promise: a host reads the wall once, when it takes a line (ADR 8).
    for organization in plan.organizations:
        if organization.id in by_a_wrong_clock:
            continue
        changes = [
            (fact.at, fact.limits)
            for fact in world.journal.of("limited")
            if fact.organization_id == organization.id
        ]
        sends = [wire.at for wire in _first_copies(world, organization.id)]
        for window in WINDOWS:
            length = window.length_ms / 1000
            for index, at in enumerate(sends):
                begin = at - length
                count = sum(begin < other <= at for other in sends[: index + 1])
                allowed = _highest(changes, f"per_{window.name}", begin - 30.0, at)
                if count > allowed:
                    text = f"{count} of {allowed} a {window.name} up to {at:.1f}"
                    yield Violation("P5", "over_limit", text)
                    break


def _highest(changes: list[tuple[float, Any]], name: str, begin: float, end: float) -> int:
    """The highest limit in force at any time of a window."""
    in_force = 0
    for index, (at, limits) in enumerate(changes):
        until = changes[index + 1][0] if index + 1 < len(changes) else float("inf")
        if at <= end and until > begin:
            in_force = max(in_force, getattr(limits, name))
    return in_force


def _pauses_kept(world: Any, plan: Plan) -> Iterator[Violation]:
    """P6: at most one send after a pause commits."""
    for organization in plan.organizations:
        sends = [wire.at for wire in _first_copies(world, organization.id)]
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
                yield Violation(
                    "P6", "over_limit", f"{count} sends after the pause at {fact.at:.1f}"
                )


def _heard_once(world: Any, plan: Plan) -> Iterator[Violation]:
    """P8: what the queue, a scan or a second page brings again is stored once."""
    heard = Counter((fact.organization_id, fact.wa_id) for fact in world.journal.of("received"))
    for (organization_id, wa_id), count in heard.items():
        if count > 1:
            yield Violation("P8", "doubled", f"{organization_id} stored {wa_id} {count} times")


BURST_GAP = 3.5
BURST_SECONDS = 10.0


def _one_reply_a_burst(world: Any, plan: Plan) -> Iterator[Violation]:
    """P8: an inbound burst gets one reply."""
    heard: dict[Any, list[Any]] = defaultdict(list)
    replies: dict[Any, list[Any]] = defaultdict(list)
    for fact in world.journal.of("received"):
        heard[fact.organization_id, fact.conversation_id].append(fact)
    for fact in world.journal.of("replied"):
        replies[fact.organization_id, fact.conversation_id].append(fact)
    for key, facts in heard.items():
        versions = [reply.version for reply in replies[key]]
        if versions != sorted(set(versions)):
            yield Violation("P8", "doubled", f"{key} answered {versions}")
        for burst in _bursts(facts):
            if _waited_before(burst, replies[key]):
                continue  # whoever waits too long is answered in the middle of a burst
            inside = [v for v in versions if burst[0].version <= v <= burst[-1].version]
            if len(inside) > 1:
                yield Violation("P8", "doubled", f"{key}: one burst, replies to {inside}")


def _waited_before(burst: list[Any], replies: list[Any]) -> bool:
    """Whether an older message had no reply yet when a burst began."""
    answered = max((r.version for r in replies if r.at < burst[0].at), default=0)
    return bool(answered < burst[0].version - 1)


def _bursts(facts: list[Any]) -> Iterator[list[Any]]:
    """Runs of messages with short gaps that are short as a whole and stand alone."""
    run: list[Any] = []
    for fact in facts:
        if run and fact.at - run[-1].at > BURST_GAP:
            yield run
            run = []
        run.append(fact)
    if run and run[-1].at - run[0].at <= BURST_SECONDS:
        yield run


def _organizations_apart(world: Any, plan: Plan) -> Iterator[Violation]:
    """P9: nothing of one organization is read, kept or sent by another."""
    table = world.stores.table
    for organization_id, account in world.accounts.items():
        for wire in account.wire:
            if organization_id not in wire.text:
                yield Violation("P9", "doubled", f"{organization_id} sent {wire.text!r}")
    for (organization_id, _), message in table.messages.items():
        if message.organization_id != organization_id or organization_id not in message.content:
            yield Violation("P9", "doubled", f"{organization_id} keeps {message.content!r}")
    for request in world.agent.requests:
        if any(
            request.organization_id not in message.content
            for message in (*request.history, *request.burst)
        ):
            yield Violation("P9", "doubled", f"{request.organization_id} read another's messages")


def _no_stale_snapshot(world: Any, plan: Plan) -> Iterator[Violation]:
    """P10: a stale snapshot is never published, nor one that holds a message on its way."""
    for fact in world.journal.of("published"):
        if fact.stale:
            yield Violation("P10", "stale_sends", f"published by {fact.epoch} at {fact.at:.1f}")
        if fact.unsent:
            yield Violation("P10", "doubled", f"unsent message published at {fact.at:.1f}")


def _only_the_queue_makes_ready(world: Any, plan: Plan) -> Iterator[Violation]:
    """P11: with SQS blocked nothing reaches READY."""
    for fact in world.journal.of("ready"):
        if fact.kind_of_process != "dispatcher":
            text = f"{fact.message_id} made READY by a {fact.kind_of_process}"
            yield Violation("P11", "lost", text)


def _no_unforeseen_failure(world: Any, plan: Plan) -> Iterator[Violation]:
    """A host or function ends by an error of the tree or not at all."""
    for fact in list(world.journal.of("failed"))[:1]:
        yield Violation("failure", "lost", f"{fact.by}: {fact.error}")
