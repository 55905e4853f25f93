"""The timer queue in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.ids import ConversationId, OrganizationId
from switchboard.domain.queue_bodies import Timer
from switchboard.ports.clock import Clock

LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Armed:
    """A timer and when it goes off."""

    timer: Timer
    delay: timedelta
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MemoryTimerQueue:
    """`TimerQueue` in memory; a test's `answer` takes what is due from `receive`."""

    clock: Clock
    queue: MemoryQueue[Armed] = field(default_factory=MemoryQueue)

    @property
    def sent(self) -> list[Armed]:
        """All that was ever armed."""
        return self.queue.sent

    @property
    def next_due_at(self) -> datetime | None:
        """When the earliest waiting timer goes off."""
        return min((armed.due_at for armed in self.queue.waiting), default=None)

    def arm(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        in_version: int,
        delay: timedelta,
    ) -> None:
        """Deliver after `delay`, rounded up to whole seconds: never before the burst is over."""
        whole = timedelta(seconds=math.ceil(delay.total_seconds()))
        held = min(max(whole, timedelta()), LONGEST)
        timer = Timer(organization_id, conversation_id, in_version)
        self.queue.send(Armed(timer, held, self.clock.now() + held))

    def receive(self) -> Timer | None:
        """Take the earliest timer that is due by now."""
        self.queue.check()
        with self.queue.lock:
            now = self.clock.now()
            due = [armed for armed in self.queue.waiting if armed.due_at <= now]
            if not due:
                return None
            first = min(due, key=lambda armed: armed.due_at)
            self.queue.waiting.remove(first)
            return first.timer
