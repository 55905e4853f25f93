"""P2 and P3: every accepted message comes to an end that is true, in one copy."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.simulation.browser import STALLS
from tests.simulation.promises.opt_outs import opted_out_at
from tests.simulation.promises.state import unanswered
from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan

from switchboard.domain.message import SENT_OR_BETTER, MessageStatus
from switchboard.domain.outbox import MAX_ATTEMPTS, MAX_RECOVERIES

ENDED_BADLY = {
    MessageStatus.FAILED: Promise.FAILED,
    MessageStatus.UNCONFIRMED: Promise.UNCONFIRMED,
}
REFUSED = frozenset({"send_rejected", "send_stalled", "contact_unreachable"})


def nothing_lost(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: every accepted message comes to an end, and SENT means that it was on the wire."""
    table = world.stores.table
    shown = {wire.wa_hex for account in world.accounts.values() for wire in account.wire}
    for fact in world.journal.of("accepted"):
        message = fact.message
        stored = table.messages.get((message.organization_id, message.id))
        if stored is None or stored.status is MessageStatus.QUEUED:
            yield Violation(Promise.ENDS, "lost", f"{message.content!r} never ended")
        elif stored.status in SENT_OR_BETTER and stored.wa_hex not in shown:
            yield Violation(
                Promise.SENT, "lost", f"{message.content!r} is {stored.status}, never sent"
            )
    for key in unanswered(world):
        yield Violation(Promise.ANSWERED, "lost", f"{key} waits for a reply")


def no_copies(world: Any, plan: Plan) -> Iterator[Violation]:
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
                yield Violation(Promise.ONE_COPY, "doubled", f"{text!r} shown {count} times")


def ends_have_a_cause(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: FAILED was refused or unknown three times, UNCONFIRMED unknown at least once.

    That a line was down, as the host was told, is neither; that a page began nothing of a message
    is a refusal when it began another one since it did so before. Who opted out gets nothing.
    """
    rejected, unknown = _fates(world)
    stalled, hung = _stalls(world)
    opted_out = opted_out_at(world)
    for (organization_id, _), message in world.stores.table.messages.items():
        key, status = (organization_id, message.wa_hex), message.status
        told = f"{message.content!r} is {status}: refused {rejected[key]}, unknown {unknown[key]}"
        if status is MessageStatus.FAILED and message.error_code == "contact_opted_out":
            sound = (organization_id, message.conversation_id) in opted_out
        elif status is MessageStatus.FAILED:
            refused = rejected[key] + (hung if STALLS in message.content else stalled)[key]
            sound = refused >= MAX_ATTEMPTS or unknown[key] >= MAX_RECOVERIES
        else:  # the claim that was refused last is never put back
            sound = unknown[key] > (message.error_code in REFUSED)
        if status in ENDED_BADLY and not sound:
            yield Violation(ENDED_BADLY[status], "lost", told)


def ended_unsent(world: Any, plan: Plan) -> Iterator[Violation]:
    """P2: what ended EXPIRED or CANCELLED was on no wire, neither before nor after.

    By the word that was given, not by the last state: a late ack corrects that.
    """
    for fact in world.journal.of("ended_unsent"):
        for wire in world.accounts[fact.organization_id].wire:
            if wire.wa_hex == fact.wa_hex:
                text = f"{wire.text!r} ended {fact.status} at {fact.at:.1f}, left at {wire.at:.1f}"
                yield Violation(Promise.NEVER_LEFT, "lost", text)


def _stalls(world: Any) -> tuple[Counter[Any], Counter[Any]]:
    """How often each message stalled while others went, and how often at all."""
    alone: Counter[Any] = Counter()
    hung: Counter[Any] = Counter()
    begun: Counter[Any] = Counter()
    then: dict[Any, int] = {}
    for fact in world.journal.of("handed", "rejected", "stalled"):
        key = (fact.organization_id, fact.wa_hex)
        if fact.kind != "stalled":
            begun[fact.organization_id] += 1
            continue
        hung[key] += 1
        alone[key] += begun[fact.organization_id] > then.get(key, begun[fact.organization_id])
        then[key] = begun[fact.organization_id]
    return alone, hung


def _fates(world: Any) -> tuple[Counter[Any], Counter[Any]]:
    """How often each message was refused, and how often nobody was told what became of a send."""
    rejected: Counter[Any] = Counter()
    unknown: Counter[Any] = Counter()
    told: dict[Any, Any] = {}
    for fact in world.journal.of("claimed", "turned_away", "rejected", "stalled", "put_back"):
        key = (fact.organization_id, fact.wa_hex)
        if fact.kind == "claimed":
            unknown[key] += 1
        elif fact.kind == "put_back":  # by a host that was told so: it left nothing open
            unknown[key] -= told.pop(key, None) == fact.by and not fact.recovered
        else:
            rejected[key] += fact.kind == "rejected"
            told[key] = fact.by
    return rejected, unknown
