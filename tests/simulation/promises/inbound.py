"""P8, and inbound's part of P2: all is heard, once, and a burst gets one reply."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.state import unheard
from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan


def nothing_unheard(world: Any, plan: Plan) -> Iterator[Violation]:
    """Inbound: what the page that is open now still shows has been stored.

    A message whose page acknowledged it and whose disk was lost before a snapshot is gone, which is
    the loss window that the protocol names.
    """
    for organization_id, wa_id in unheard(world):
        yield Violation(Promise.HEARD, "lost", f"{organization_id} never stored {wa_id}")


def heard_once(world: Any, plan: Plan) -> Iterator[Violation]:
    """P8: what the queue, a scan or a second page brings again is stored once."""
    heard = Counter((fact.organization_id, fact.wa_id) for fact in world.journal.of("received"))
    for (organization_id, wa_id), count in heard.items():
        if count > 1:
            yield Violation(
                Promise.HEARD_ONCE, "doubled", f"{organization_id} stored {wa_id} {count} times"
            )


BURST_GAP = 3.5
BURST_SECONDS = 10.0


def one_reply_a_burst(world: Any, plan: Plan) -> Iterator[Violation]:
    """P8: each version is answered once, in order, and an inbound burst gets one reply."""
    heard: dict[Any, list[Any]] = defaultdict(list)
    replies: dict[Any, list[Any]] = defaultdict(list)
    for fact in world.journal.of("received"):
        heard[fact.organization_id, fact.conversation_id].append(fact)
    for fact in world.journal.of("replied"):
        replies[fact.organization_id, fact.conversation_id].append(fact)
    for key, facts in heard.items():
        versions = [reply.version for reply in replies[key]]
        if versions != sorted(set(versions)):
            yield Violation(Promise.ONE_TURN, "doubled", f"{key} answered {versions}")
        for burst in _bursts(facts):
            if _waited_before(burst, replies[key]):
                continue  # whoever waits too long is answered in the middle of a burst
            inside = {v for v in versions if burst[0].version <= v <= burst[-1].version}
            if len(inside) > 1:
                yield Violation(
                    Promise.ONE_REPLY, "doubled", f"{key}: one burst, replies to {sorted(inside)}"
                )


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
