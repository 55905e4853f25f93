"""The promises of the protocol, judged by what a run's journal and its last state say."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.promises.borders import (
    no_stale_sends,
    no_stale_snapshot,
    only_the_queue_makes_ready,
    organizations_apart,
)
from tests.simulation.promises.ends import ended_unsent, ends_have_a_cause, no_copies, nothing_lost
from tests.simulation.promises.inbound import heard_once, nothing_unheard, one_reply_a_burst
from tests.simulation.promises.limits import limits_kept
from tests.simulation.promises.opt_outs import opt_outs_heeded
from tests.simulation.promises.order import order_kept
from tests.simulation.promises.pauses import pauses_kept, signs_heeded
from tests.simulation.promises.quiet import quiet_hours_kept
from tests.simulation.promises.stalls import stalled_ones_rest, stuck_pages_replaced
from tests.simulation.promises.state import offline, unanswered
from tests.simulation.promises.violation import Promise, Violation
from tests.simulation.scenario import Plan


def judge(world: Any, plan: Plan, *, settled: bool) -> list[Violation]:
    """Every violation of every promise."""
    checks = (
        no_stale_sends,
        nothing_lost,
        ends_have_a_cause,
        ended_unsent,
        opt_outs_heeded,
        stalled_ones_rest,
        stuck_pages_replaced,
        nothing_unheard,
        no_copies,
        order_kept,
        limits_kept,
        pauses_kept,
        signs_heeded,
        quiet_hours_kept,
        heard_once,
        one_reply_a_burst,
        organizations_apart,
        no_stale_snapshot,
        only_the_queue_makes_ready,
        _no_unforeseen_failure,
    )
    found = [violation for check in checks for violation in check(world, plan)]
    if not settled and not found:
        found.append(Violation(Promise.ENDS, "lost", f"not settled: {_unsettled(world)}"))
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


def _no_unforeseen_failure(world: Any, plan: Plan) -> Iterator[Violation]:
    """A host or function ends by an error of the tree or not at all."""
    for fact in list(world.journal.of("failed"))[:1]:
        yield Violation(Promise.NO_FAILURE, "lost", f"{fact.by}: {fact.error}")
