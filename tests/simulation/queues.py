"""SQS as its guide describes it: late, repeated, out of order, and sometimes not to be reached."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ConversationId, HostId, MessageId, OrganizationId
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.queue_bodies import Send, Timer, WakeUp
from switchboard.ports.session_starts import Announcement

type Consumer = Callable[[Any], Awaitable[bool]]
"""A function's invocation; False, an error or silence brings the message back."""


@dataclass
class StandardQueue:
    """Delivers at least once, in any order, to a function."""

    world: Any
    name: str
    consumer: Consumer | None = None
    blocked_until: float = 0.0
    visibility_seconds: float = 20.0
    waiting: int = 0

    def send(self, body: Any, delay: float = 0.0) -> None:
        if self.world.time() < self.blocked_until:
            raise DependencyUnavailable(f"{self.name} does not answer")
        copies = 2 if self.world.random.random() < self.world.chances.repeated else 1
        for _ in range(copies):
            self.waiting += 1
            self.world.later(delay + self._transit(), self._deliver, body)

    def _transit(self) -> float:
        draw = self.world.random
        if draw.random() < self.world.chances.late:
            return draw.uniform(0.0, 40.0)
        return draw.uniform(0.005, 0.3)

    def _deliver(self, body: Any) -> None:
        if self.world.time() < self.blocked_until:
            self.world.later(self.blocked_until - self.world.time() + 0.1, self._deliver, body)
            return
        self.world.start(self._consume(body))

    async def _consume(self, body: Any) -> None:
        if await self.consumer(body):
            self.waiting -= 1
        else:
            self.world.later(self.visibility_seconds, self._deliver, body)


@dataclass
class SendFeed(StandardQueue):
    """`SendQueue`."""

    def enqueue(self, organization_id: OrganizationId, message_id: MessageId) -> None:
        self.send(Send(organization_id, message_id))


@dataclass
class TimerFeed(StandardQueue):
    """`TimerQueue`."""

    def arm(
        self,
        organization_id: OrganizationId,
        conversation_id: ConversationId,
        in_version: int,
        delay: timedelta,
    ) -> None:
        whole = -(-max(0.0, delay.total_seconds()) // 1)
        self.send(Timer(organization_id, conversation_id, in_version), whole)


@dataclass
class InboundFeed:
    """`InboundQueue`: FIFO a group, de-duplicated by key; a failing head holds its group up."""

    world: Any
    consumer: Consumer | None = None
    groups: dict[str, deque[InboundEvent]] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    visibility_seconds: float = 10.0
    _DEDUPLICATED_SECONDS = 300.0
    blocked_until: float = 0.0

    def push(self, event: InboundEvent) -> None:
        if self.world.time() < self.blocked_until:
            raise DependencyUnavailable("SQS is blocked")
        now, key = self.world.time(), event.deduplication_key
        if now - self.seen.get(key, -1e9) < self._DEDUPLICATED_SECONDS:
            return
        self.seen[key] = now
        group = self.groups.setdefault(event.group_key, deque())
        group.append(event)
        if len(group) == 1:
            self.world.later(self.world.random.uniform(0.005, 0.2), self._deliver, event.group_key)

    @property
    def waiting(self) -> int:
        return sum(map(len, self.groups.values()))

    def _deliver(self, key: str) -> None:
        self.world.start(self._consume(key))

    async def _consume(self, key: str) -> None:
        group = self.groups[key]
        done = await self.consumer(group[0])
        if done:
            group.popleft()
        if group:
            again = self.world.random.uniform(0.005, 0.1) if done else self.visibility_seconds
            self.world.later(again, self._deliver, key)


@dataclass
class Arrivals:
    """What a long poll waits for."""

    world: Any
    items: deque[Any] = field(default_factory=deque)
    watchers: list[asyncio.Future[None]] = field(default_factory=list)

    def put(self, item: Any) -> None:
        self.items.append(item)
        watchers, self.watchers = self.watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)

    async def arrival(self, within: float) -> None:
        watcher = self.world.loop.create_future()
        self.watchers.append(watcher)
        timer = self.world.loop.call_later(within, _expire, watcher)
        await watcher
        timer.cancel()


def _expire(watcher: asyncio.Future[None]) -> None:
    if not watcher.done():
        watcher.set_result(None)


@dataclass
class StartsFeed(Arrivals):
    """`SessionStarts`: an announcement that nobody finishes comes back."""

    taken: dict[str, OrganizationId] = field(default_factory=dict)
    visibility_seconds: float = 30.0
    receipts: int = 0

    def announce(self, organization_id: OrganizationId) -> None:
        self.world.later(self.world.random.uniform(0.005, 0.3), self.put, organization_id)

    def take(self, wait: timedelta) -> Announcement | None:
        if not self.items:
            return None
        organization_id = self.items.popleft()
        self.receipts += 1
        receipt = str(self.receipts)
        self.taken[receipt] = organization_id
        self.world.later(self.visibility_seconds, self._come_back, receipt)
        return Announcement(organization_id, receipt)

    def done(self, announcement: Announcement) -> None:
        self.taken.pop(announcement.receipt, None)

    def leave(self, announcement: Announcement) -> None:
        self._come_back(announcement.receipt)

    def _come_back(self, receipt: str) -> None:
        organization_id = self.taken.pop(receipt, None)
        if organization_id is not None:
            self.put(organization_id)


@dataclass
class WakeUpFeed:
    """`WakeUps`: hints to hosts, of which some are lost."""

    world: Any
    queues: dict[str, Arrivals] = field(default_factory=dict)

    def wake(
        self, queue_url: str, organization_id: OrganizationId, message_id: MessageId | None = None
    ) -> None:
        queue = self.queues.get(queue_url)
        if queue is not None and self.world.random.random() >= self.world.chances.hint_lost:
            hint = WakeUp(organization_id, message_id)
            self.world.later(self.world.random.uniform(0.005, 0.2), queue.put, hint)


@dataclass
class HostFeed:
    """`HostQueue` of one host."""

    feed: WakeUpFeed
    queue: Arrivals
    url: str = ""

    def create(self, host_id: HostId) -> str:
        self.url = f"sim://hosts/{host_id}"
        self.feed.queues[self.url] = self.queue
        return self.url

    def receive(self, wait: timedelta) -> list[WakeUp]:
        return [self.queue.items.popleft() for _ in range(min(10, len(self.queue.items)))]

    async def arrival(self, within: float) -> None:
        await self.queue.arrival(within)

    def delete(self) -> None:
        self.feed.queues.pop(self.url, None)


@dataclass
class HostFeeds:
    """`HostQueues`: the queues of hosts that are gone."""

    feed: WakeUpFeed

    def remove(self, host_id: HostId) -> None:
        self.feed.queues.pop(f"sim://hosts/{host_id}", None)
