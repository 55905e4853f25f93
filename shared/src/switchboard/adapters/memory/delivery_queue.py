"""The delivery queue and the lanes' timers in memory."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.adapters.memory.queue import MemoryQueue
from switchboard.domain.delivery import Delivery, LaneKey
from switchboard.ports.clock import Clock

REMEMBERED_FOR = timedelta(minutes=5)
"""Source: SQS developer guide, FIFO: the de-duplication interval."""
HIDDEN_FOR = timedelta(minutes=6)
"""The queue's visibility time-out in the template."""
LONGEST_DELAY = timedelta(minutes=15)


@dataclass(slots=True)
class Waiting:
    """A delivery in the queue; hidden while somebody has it."""

    delivery: Delivery
    hidden_until: datetime | None = None


@dataclass(slots=True)
class MemoryDeliveryQueue:
    """`DeliveryQueue` in memory, with FIFO's rules: a lane waits while one of it is out."""

    clock: Clock
    waiting: list[Waiting] = field(default_factory=list)
    pushed: list[Delivery] = field(default_factory=list)
    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def push(self, delivery: Delivery, again: str = "") -> None:
        """Hand over one delivery; a repetition within five minutes is dropped."""
        with self.lock:
            now, key = self.clock.now(), (delivery.id, again)
            if key in self.seen and now - self.seen[key] < REMEMBERED_FOR:
                return
            self.seen[key] = now
            self.pushed.append(delivery)
            self.waiting.append(Waiting(delivery))

    def receive(self) -> Waiting | None:
        """The oldest that may be had; it comes again unless `done` is called in time."""
        with self.lock:
            now = self.clock.now()
            blocked: set[str] = set()
            for one in self.waiting:
                hidden = one.hidden_until is not None and one.hidden_until > now
                if not hidden and one.delivery.lane not in blocked:
                    one.hidden_until = now + HIDDEN_FOR
                    return one
                blocked.add(one.delivery.lane)
            return None

    def done(self, one: Waiting) -> None:
        """Delete it."""
        with self.lock:
            self.waiting = [other for other in self.waiting if other is not one]


@dataclass(frozen=True, slots=True)
class ArmedLane:
    """A timer and when it goes off."""

    key: LaneKey
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MemoryLaneTimers:
    """`LaneTimers` in memory; a test's worker takes what is due from `receive`."""

    clock: Clock
    queue: MemoryQueue[ArmedLane] = field(default_factory=MemoryQueue)

    @property
    def next_due_at(self) -> datetime | None:
        """When the earliest waiting timer goes off."""
        return min((armed.due_at for armed in self.queue.waiting), default=None)

    def arm(self, key: LaneKey, delay: timedelta) -> None:
        """Ask for the lane after `delay`; what is too long for a timer, the sweeper sees."""
        if delay > LONGEST_DELAY:
            return
        whole = timedelta(seconds=max(0, math.ceil(delay.total_seconds())))
        self.queue.send(ArmedLane(key, self.clock.now() + whole))

    def receive(self) -> LaneKey | None:
        """Take the earliest timer that is due by now."""
        with self.queue.lock:
            due = [armed for armed in self.queue.waiting if armed.due_at <= self.clock.now()]
            if not due:
                return None
            first = min(due, key=lambda armed: armed.due_at)
            self.queue.waiting.remove(first)
            return first.key
