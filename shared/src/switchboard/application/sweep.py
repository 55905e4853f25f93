"""The safety net: each minute, find what a crash or a lost queue message left behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from switchboard.application.end_queued import EndQueued
from switchboard.application.tell_untold import TellUntold
from switchboard.domain.conversation import UNANSWERED_GRACE
from switchboard.domain.errors import Transient
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import PENDING_GRACE
from switchboard.domain.session import Wanted
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.lane_timers import LaneTimers
from switchboard.ports.lanes import Lanes
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Outbox
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.session_starts import SessionStarts
from switchboard.ports.session_store import SessionStore
from switchboard.ports.snapshot_disposal import SnapshotDisposal
from switchboard.ports.timer_queue import TimerQueue
from switchboard.ports.turns import Turns

_log = logging.getLogger(__name__)
BATCH = 500
"""Most items of one kind a sweep; the rest waits for the next minute."""
PARKED_GRACE = timedelta(seconds=10)
"""A parked lane has its timer; the sweeper is for lost ones and for pauses beyond 15 minutes."""
UNOWNED_GRACE = timedelta(seconds=20)
CLOCKS_APART = timedelta(seconds=10)
"""Hosts write when they freed a line. What lies further ahead of us than this had a clock that was
wrong, by hours perhaps, and must not wait for its time to come."""
ENDING_WITHIN = timedelta(seconds=15)
"""For the messages of deleted lines, of the function's 50 s; the rest waits for the next minute."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each kind were set going again; 0 of one that failed."""

    pending: int
    unanswered: int
    unowned: int
    parked: int
    disposed: int
    told: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """An index nominates; every consumer decides by a conditional write of its own."""

    outbox: Outbox
    turns: Turns
    inbox: Inbox
    sessions: SessionStore
    send_queue: SendQueue
    timers: TimerQueue
    session_starts: SessionStarts
    lanes: Lanes
    lane_timers: LaneTimers
    end_queued: EndQueued
    snapshots: SnapshotDisposal
    tell_untold: TellUntold
    clock: Clock
    metrics: Metrics

    def __call__(self) -> Swept:
        """One sweep; a kind whose queue or index does not answer does not hold up the others.

        Raises:
            Transient: the first that a kind met, once all were tried.
        """
        failures: list[Transient] = []

        def done(sweep: Callable[[], int]) -> int:
            try:
                return sweep()
            except Transient as error:
                failures.append(error)
                return 0

        kinds: list[Callable[[], int]] = [self._pending, self._unanswered, self._unowned]
        kinds += [self._parked, self._deleted, self.tell_untold]
        swept = Swept(*map(done, kinds))
        self._tell(swept)
        if failures:
            raise failures[0]
        return swept

    def _tell(self, swept: Swept) -> None:
        _log.info(
            "sweep.finished",
            extra={
                "pending": swept.pending,
                "unanswered": swept.unanswered,
                "unowned": swept.unowned,
                "parked": swept.parked,
                "disposed": swept.disposed,
                "told": swept.told,
            },
        )

    def _pending(self) -> int:
        found = self.outbox.overdue_pending(self.clock.now() - PENDING_GRACE, BATCH)
        self.metrics.put(Metric.PENDING_SWEPT, len(found))
        for organization_id, message_id in found:
            self.send_queue.enqueue(organization_id, message_id)
        return len(found)

    def _unanswered(self) -> int:
        found = self.turns.unanswered(self.clock.now() - UNANSWERED_GRACE, BATCH)
        self.metrics.put(Metric.UNANSWERED_SWEPT, len(found))
        for organization_id, conversation_id in found:
            conversation = self.inbox.conversation(organization_id, conversation_id)
            if conversation is not None and conversation.unanswered:
                version = conversation.in_version
                self.timers.arm(organization_id, conversation_id, version, timedelta())
        return len(found)

    def _unowned(self) -> int:
        now = self.clock.now()
        found = self.sessions.unowned(now - UNOWNED_GRACE, BATCH, after=now + CLOCKS_APART)
        self.metrics.put(Metric.LINES_WAITING, len(found))
        for organization_id in found:
            self.session_starts.announce(organization_id)
        return len(found)

    def _parked(self) -> int:
        found = self.lanes.due(self.clock.now() - PARKED_GRACE, BATCH)
        for key in found:
            self.lane_timers.arm(key, timedelta())
        return len(found)

    def _deleted(self) -> int:
        now = self.clock.now()
        found = self.sessions.deleted(now - UNOWNED_GRACE, BATCH, after=now + CLOCKS_APART)
        until = self.clock.monotonic() + ENDING_WITHIN.total_seconds()
        return sum(self._forgotten(organization_id, until) for organization_id in found)

    def _forgotten(self, organization_id: OrganizationId, until: float) -> bool:
        """End what a deleted line had queued; delete what its last owner stored of its login."""
        session = self.sessions.read(organization_id)
        if session is None or session.wanted is not Wanted.DELETED or session.owner is not None:
            return False
        try:
            left = timedelta(seconds=until - self.clock.monotonic())
            if not self.end_queued(organization_id, left):
                return False
            self.snapshots.dispose(organization_id, (), session.epoch)
        except Transient as error:
            keys = {"organization_id": organization_id, "error_code": error.code}
            _log.warning("sweep.deleted_line.kept", extra=keys)
            return False
        return self.sessions.disposed(organization_id, session.epoch)
