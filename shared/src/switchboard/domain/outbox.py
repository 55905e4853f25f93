"""The outbox: what was accepted and is not yet sent. It is the truth; queues are hints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import ChatId, ConversationId, MessageId, OrganizationId, WaHex

MAX_ATTEMPTS = 3
MAX_RECOVERIES = 3
FIRST_RETRY = timedelta(seconds=2)
FIRST_STALL_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=2)
"""Of any retry: an entry that is due later than twice this was put back by a wrong clock."""
PENDING_GRACE = timedelta(minutes=1)
"""The sweeper re-enqueues entries that are still PENDING after this."""


class EntryState(StrEnum):
    """PENDING -> READY -> SENDING -> (deleted), with RETRY between attempts."""

    PENDING = "PENDING"
    READY = "READY"
    SENDING = "SENDING"
    RETRY = "RETRY"


class Priority(StrEnum):
    """A conversation has the highest priority in its queue."""

    URGENT = "urgent"
    NORMAL = "normal"
    BULK = "bulk"


_RANK = {Priority.URGENT: 0, Priority.NORMAL: 1, Priority.BULK: 2}


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One message to send; `seq` orders it within its conversation."""

    organization_id: OrganizationId
    message_id: MessageId
    conversation_id: ConversationId
    chat_id: ChatId
    position: str
    wa_hex: WaHex
    seq: int
    state: EntryState
    priority: Priority
    source: str
    accepted_at: datetime
    due_at: datetime
    attempts: int = 0
    recoveries: int = 0
    """How often a page was given it and nobody could tell what became of it."""
    claim_epoch: int | None = None
    claim_id: str | None = None
    correlation_id: str | None = None
    send_at: datetime | None = None
    """A scheduled message takes no part in its conversation's order before this."""
    expires_at: datetime | None = None
    """Not sent from this moment on: it ends EXPIRED."""

    def is_late(self, now: datetime) -> bool:
        """Whether the entry may not be sent any more."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def may_have_left(self) -> bool:
        """Whether an earlier page was given it: it may not end as what was never sent."""
        return self.recoveries > 0

    def takes_part(self, now: datetime) -> bool:
        """Whether the entry stands in its conversation's queue yet."""
        return self.send_at is None or self.send_at <= now


@dataclass(frozen=True, slots=True)
class Next:
    """The entry to send now, or how long to sleep when none is due (None: until woken)."""

    entry: OutboxEntry | None = None
    wake_at: datetime | None = None


def choose_next(entries: Iterable[OutboxEntry], now: datetime) -> Next:
    """Pick the best head of a conversation: highest inherited priority, then oldest accepted.

    Only a conversation's lowest unsent sequence number may go (order), and only when it is READY
    (whatever the clock of whoever accepted it said) or its RETRY is due. A SENDING head blocks its
    conversation: its outcome is not known yet.
    """
    known = list(entries)
    queue = [entry for entry in known if entry.takes_part(now)]
    rank = _ranks(queue)
    heads: dict[ConversationId, OutboxEntry] = {}
    for entry in queue:
        head = heads.get(entry.conversation_id)
        if head is None or entry.seq < head.seq:
            heads[entry.conversation_id] = entry
    waiting = [
        head for head in heads.values() if head.state in (EntryState.READY, EntryState.RETRY)
    ]
    ripe = [head for head in waiting if _is_ripe(head, now)]
    if ripe:
        best = min(ripe, key=lambda e: (rank[e.conversation_id], e.accepted_at, e.message_id))
        return Next(entry=best)
    moments = [head.due_at for head in waiting]
    moments += [entry.send_at for entry in known if entry.send_at and entry.send_at > now]
    return Next(wake_at=min(moments, default=None))


def _is_ripe(head: OutboxEntry, now: datetime) -> bool:
    """READY, or a retry that is due; one due later than any can be had a clock that was wrong."""
    wrong = head.due_at - now > 2 * LONGEST_DELAY
    return head.state is EntryState.READY or wrong or head.due_at <= now


def first_expired(entries: Iterable[OutboxEntry], now: datetime) -> OutboxEntry | None:
    """An entry that nobody is sending and that is too late."""
    return next((entry for entry in entries if _may_expire(entry) and entry.is_late(now)), None)


def next_expiry(entries: Iterable[OutboxEntry]) -> datetime | None:
    """When the next of the waiting entries expires."""
    ends = (entry.expires_at for entry in entries if _may_expire(entry))
    return min((moment for moment in ends if moment is not None), default=None)


def _may_expire(entry: OutboxEntry) -> bool:
    return entry.state in (EntryState.READY, EntryState.RETRY)


def sending_order(entries: Iterable[OutboxEntry], now: datetime) -> list[OutboxEntry]:
    """The order in which entries will go, as things stand: what is scheduled comes last."""
    known = list(entries)
    rank = _ranks(entry for entry in known if entry.takes_part(now))
    queue = sorted(
        (entry for entry in known if entry.takes_part(now)),
        key=lambda e: (rank[e.conversation_id], e.accepted_at, e.seq),
    )
    later = [entry for entry in known if not entry.takes_part(now)]
    return queue + sorted(later, key=lambda e: (e.send_at or e.due_at, e.accepted_at))


def _ranks(queue: Iterable[OutboxEntry]) -> dict[ConversationId, int]:
    """Each conversation's urgency: the highest in its queue."""
    rank: dict[ConversationId, int] = {}
    for entry in queue:
        urgency = _RANK[entry.priority]
        rank[entry.conversation_id] = min(urgency, rank.get(entry.conversation_id, urgency))
    return rank


def is_urgent(entry: OutboxEntry, entries: Iterable[OutboxEntry], now: datetime) -> bool:
    """Whether the entry may use the reserve: its conversation holds an urgent message."""
    return any(
        other.priority is Priority.URGENT and other.takes_part(now)
        for other in entries
        if other.conversation_id == entry.conversation_id
    )


def retry_delay(attempts: int, draw: float) -> timedelta:
    """2 s, 4 s ... after the first, second ... failed attempt, and up to a quarter more.

    Args:
        attempts: how many failed.
        draw: uniform in [0, 1): lines that failed together must not come back together.
    """
    return _doubled(FIRST_RETRY, attempts) * (1 + draw / 4)


def stall_delay(stalls: int) -> timedelta:
    """30 s, 1 min, 2 min after the first, second ... time that a page stalled with an entry."""
    return _doubled(FIRST_STALL_DELAY, stalls)


def _doubled(first: timedelta, times: int) -> timedelta:
    doublings: int = 2 ** min(max(0, times - 1), 10)
    return min(first * doublings, LONGEST_DELAY)
