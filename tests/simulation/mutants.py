"""Each property's named mutation: the real code without the one rule that keeps the property."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.simulation.mutant import Mutant
from tests.simulation.mutants_of_holding import MUTANTS_OF_HOLDING
from tests.simulation.mutants_of_keeping import MUTANTS_OF_KEEPING
from tests.simulation.mutants_of_sending import MUTANTS_OF_SENDING
from tests.simulation.mutation import patched
from tests.simulation.promises.violation import Promise

from browser_host.loops.delivery import DeliveryLoop
from browser_host.loops.heartbeat import Heartbeat
from browser_host.loops.placement import Placement
from switchboard.adapters.memory import rate_gate
from switchboard.adapters.memory.inbox import MemoryInbox
from switchboard.adapters.memory.outbox import MemoryOutbox
from switchboard.adapters.memory.session_store import MemorySessionStore
from switchboard.adapters.memory.table import Line, MemoryTable
from switchboard.application import answer_conversation, deliver_next
from switchboard.application.backlog import Backlog
from switchboard.application.deliver_next import DeliverNext
from switchboard.application.recover_sending import RecoverSending
from switchboard.domain import rate_limit
from switchboard.domain.ids import OrganizationId, wa_hex_for
from switchboard.domain.outbox import EntryState, Next, OutboxEntry, choose_next
from switchboard.domain.session import Lease


def _no_epoch_in_the_grant() -> AbstractContextManager[None]:
    def any_line(table: MemoryTable, lease: Lease) -> Line:
        return table.lines[lease.organization_id]

    return patched(rate_gate, "owned_line", any_line)


def _never_resend() -> AbstractContextManager[None]:
    async def leave(self: RecoverSending, *_: Any, **__: Any) -> None:
        """An unknown outcome stays unknown."""

    return patched(RecoverSending, "_again", leave)


def _new_id_per_attempt() -> AbstractContextManager[None]:
    send = DeliverNext._send

    async def renamed(
        self: DeliverNext, backlog: Backlog, channel: Any, entry: OutboxEntry, *more: Any
    ) -> Any:
        fresh = wa_hex_for(f"{entry.message_id} {entry.claim_id}")
        return await send(self, backlog, channel, replace(entry, wa_hex=fresh), *more)

    return patched(DeliverNext, "_send", renamed)


def _no_lowest_sequence() -> AbstractContextManager[None]:
    def any_ready(entries: Iterable[OutboxEntry], now: datetime) -> Next:
        known = list(entries)
        ready = (EntryState.READY, EntryState.RETRY)
        ripe = [e for e in known if e.state in ready and e.takes_part(now) and e.due_at <= now]
        return Next(entry=max(ripe, key=lambda e: e.seq)) if ripe else choose_next(known, now)

    return patched(deliver_next, "choose_next", any_ready)


def _no_guard() -> AbstractContextManager[None]:
    return patched(rate_limit, "GUARD_MS", 0)


def _pause_absent_from_the_grant() -> AbstractContextManager[None]:
    grant = rate_gate.MemoryRateGate.grant

    def careless(self: Any, lease: Lease, now: datetime, *, urgent: bool) -> Any:
        line = self.table.lines[lease.organization_id]
        paused_until = line.session.paused_until
        line.session = replace(line.session, paused_until=None)
        try:
            return grant(self, lease, now, urgent=urgent)
        finally:
            line.session = replace(line.session, paused_until=paused_until)

    return patched(rate_gate.MemoryRateGate, "grant", careless)


def _no_version_check() -> AbstractContextManager[None]:
    return patched(answer_conversation, "is_overdue", lambda *_: True)


def _organization_dropped_from_a_key() -> AbstractContextManager[None]:
    def load(self: MemoryOutbox, organization_id: OrganizationId) -> list[OutboxEntry]:
        return list(self.table.entries.values())

    return patched(MemoryOutbox, "load", load)


def _unconditional_publish() -> AbstractContextManager[None]:
    def publish(self: MemorySessionStore, lease: Lease, generations: Any) -> None:
        line = self.table.lines[lease.organization_id]
        line.session = replace(line.session, snapshots=tuple(generations))

    return patched(MemorySessionStore, "publish", publish)


def _host_makes_ready() -> AbstractContextManager[None]:
    load = DeliverNext.load

    async def eager(self: DeliverNext, backlog: Backlog) -> None:
        await load(self, backlog)
        for entry in list(backlog.entries.values()):
            if entry.state is EntryState.PENDING:
                ready = self.outbox.mark_ready
                await self.blocking(ready, entry.organization_id, entry.message_id)
                backlog.replace(replace(entry, state=EntryState.READY))

    return patched(DeliverNext, "load", eager)


def _gaps_not_noticed() -> AbstractContextManager[None]:
    return patched(Backlog, "leaves_gap", lambda *_: False)


def _claims_left_open() -> AbstractContextManager[None]:
    async def leave(_: DeliveryLoop) -> None:
        """What an answer that got lost left open stays open."""

    return patched(DeliveryLoop, "_reconcile", leave)


def _late_sends_not_counted() -> AbstractContextManager[None]:
    return patched(rate_gate.MemoryRateGate, "charge", lambda *_: None)


def _recovered_not_counted() -> AbstractContextManager[None]:
    async def free(_: RecoverSending, *__: Any) -> None:
        """What a dead host may have sent late costs nothing."""

    return patched(RecoverSending, "_charge", free)


def _future_lines_wait() -> AbstractContextManager[None]:
    waiting = MemorySessionStore._waiting

    def overdue(self: Any, since: Any, before: datetime, limit: int, _: Any) -> Any:
        return waiting(self, since, before, limit, None)

    return patched(MemorySessionStore, "_waiting", overdue)


def _acquisition_not_looked_up() -> AbstractContextManager[None]:
    async def acquire(self: Placement, organization_id: OrganizationId) -> Any:
        services = self.services
        take, me = services.sessions.acquire, services.host_id
        now = services.clock.now()
        return await services.blocking(take, organization_id, me, self.queue_url, now)

    return patched(Placement, "_acquire", acquire)


def _no_self_fence() -> AbstractContextManager[None]:
    return patched(Heartbeat, "may_write", lambda _: True)


def _no_inbound_deduplication() -> AbstractContextManager[None]:
    receive = MemoryInbox.receive

    def always_new(self: MemoryInbox, contact: Any, message: Any, **more: Any) -> Any:
        self.table.received.clear()
        return receive(self, contact, message, **more)

    return patched(MemoryInbox, "receive", always_new)


MUTANTS = {
    "no_epoch_in_the_grant": Mutant(Promise.NO_STALE_SENDS, _no_epoch_in_the_grant),
    "never_resend": Mutant(Promise.ENDS, _never_resend),
    "new_id_per_attempt": Mutant(
        Promise.ONE_COPY, _new_id_per_attempt, also=frozenset({Promise.SENT})
    ),
    "no_lowest_sequence": Mutant(Promise.ORDER, _no_lowest_sequence),
    "no_guard": Mutant(Promise.LIMITS, _no_guard),
    "no_pause_in_the_grant": Mutant(Promise.PAUSE, _pause_absent_from_the_grant),
    "no_version_check": Mutant(Promise.ONE_REPLY, _no_version_check),
    "no_organization_in_a_key": Mutant(Promise.OWN_SENT, _organization_dropped_from_a_key),
    "unconditional_publish": Mutant(Promise.OWN_SNAPSHOT, _unconditional_publish),
    "host_makes_ready": Mutant(Promise.READY, _host_makes_ready),
    "gaps_not_noticed": Mutant(Promise.ORDER, _gaps_not_noticed),
    "claims_left_open": Mutant(Promise.ENDS, _claims_left_open),
    "late_sends_not_counted": Mutant(Promise.LIMITS, _late_sends_not_counted),
    "recovered_not_counted": Mutant(Promise.LIMITS, _recovered_not_counted),
    "future_lines_wait": Mutant(Promise.ENDS, _future_lines_wait),
    "acquisition_not_looked_up": Mutant(Promise.ENDS, _acquisition_not_looked_up),
    "no_self_fence": Mutant(Promise.NO_STALE_SENDS, _no_self_fence),
    "no_inbound_deduplication": Mutant(Promise.HEARD_ONCE, _no_inbound_deduplication),
    **MUTANTS_OF_SENDING,
    **MUTANTS_OF_HOLDING,
    **MUTANTS_OF_KEEPING,
}
"""The protocol's, and those that undo what this simulation found; P7 has its own run."""


def no_reserve() -> AbstractContextManager[None]:
    """P7: nothing is kept free for urgent messages."""

    def whole(self: rate_limit.Limits, window: rate_limit.Window, *, urgent: bool) -> int:
        limit: int = getattr(self, f"per_{window.name}")
        return limit

    return patched(rate_limit.Limits, "of", whole)
