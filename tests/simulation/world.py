"""The simulated deployment: one table, its queues, several WhatsApp accounts, hosts, functions."""

import asyncio
import random
import traceback
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.disk import Bucket
from tests.simulation.journal import Journal
from tests.simulation.notes import NOTES
from tests.simulation.process import BASE, Process, Remote, Step, Weather
from tests.simulation.queues import (
    HostFeeds,
    InboundFeed,
    SendFeed,
    StartsFeed,
    TimerFeed,
    WakeUpFeed,
)
from tests.simulation.whatsapp import Account, Profile

from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.adapters.memory.dead_letters import MemoryDeadLetters
from switchboard.adapters.memory.delivery_queue import MemoryLaneTimers
from switchboard.adapters.memory.host_load import MemoryHostLoad
from switchboard.adapters.memory.metrics import MemoryMetrics
from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.adapters.memory.scale_in import MemoryScaleIn
from switchboard.adapters.memory.stores import memory_stores
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.snapshot import Snapshot

FIRST_LOGIN = "0/first"


@dataclass
class Chances:
    """How SQS and WhatsApp behave; all zero in calm weather."""

    repeated: float = 0.0
    late: float = 0.0
    hint_lost: float = 0.0
    slow_ack: float = 0.0
    function_dies: float = 0.0


class World:
    """Everything that processes share; `apply` is the only way to the table."""

    def __init__(self, seed: int, tell: Callable[[str], None] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.random = random.Random(seed)
        self.over = False
        self.weather, self.chances = Weather(), Chances()
        self.journal = Journal(self, tell=tell)
        self.stores = memory_stores(self)
        self.agent = ScriptedAgent()
        self.operators, self.dead_letters = MemoryOperators(), MemoryDeadLetters()
        self.bucket = Bucket()
        self.send_queue = SendFeed(self, "send-queue")
        self.timers = TimerFeed(self, "timer queue", visibility_seconds=15.0)
        self.inbound, self.starts = InboundFeed(self), StartsFeed(self)
        self.wake_ups = WakeUpFeed(self)
        self.accounts: dict[OrganizationId, Account] = {}
        self.deleted: set[OrganizationId] = set()
        self.machines: list[Any] = []
        self.numbers: dict[OrganizationId, int] = {}
        self.entries: dict[Any, OutboxEntry] = {}
        """Of every accepted message, as it was accepted."""
        self.ports = self._ports()

    def _ports(self) -> dict[str, Any]:
        """All ports by the names that use cases give them; metrics and load cost no request."""
        stores = {one.name: getattr(self.stores, one.name) for one in fields(self.stores)}
        del stores["table"]
        queues = {
            "board": self.stores.notices,
            "dead_letters": self.dead_letters,
            "operators": self.operators,
            "snapshots": self.bucket,
            "send_queue": self.send_queue,
            "timers": self.timers,
            "inbound": self.inbound,
            "session_starts": self.starts,
            "wake_ups": self.wake_ups,
            "host_queues": HostFeeds(self.wake_ups),
            "scale_in": MemoryScaleIn(self),
            "lane_timers": MemoryLaneTimers(self),
            "agent": self.agent,
        }
        remote = {name: Remote(name, target) for name, target in (stores | queues).items()}
        return remote | {"metrics": MemoryMetrics(), "load": MemoryHostLoad()}

    # Time and tasks of what is no process of ours: WhatsApp, SQS, customers.
    def time(self) -> float:
        return self.loop.time()

    def moment(self) -> datetime:
        return BASE + timedelta(seconds=self.loop.time())

    now = moment

    def later(self, seconds: float, call: Callable[..., Any], *args: Any, **more: Any) -> None:
        if more:
            self.loop.call_later(seconds, lambda: call(*args, **more))
        else:
            self.loop.call_later(seconds, call, *args)

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start what belongs to the simulation itself: it must not fail."""
        task = self.loop.create_task(work)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        if not self.over and not task.cancelled() and task.exception() is not None:
            told = "".join(traceback.format_exception(task.exception())[-12:])
            self.journal.add("failed", by="the simulation", error=told)

    async def pause(self, seconds: float) -> None:
        if self.over:
            raise asyncio.CancelledError
        await asyncio.sleep(seconds)

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def new_id(self) -> str:
        """In place of the identifiers that hosts draw."""
        return self.uuid().hex

    def message_id(self, organization_id: OrganizationId) -> MessageId:
        """Equal ids in different organizations, so that a key without one is noticed."""
        number = self.numbers[organization_id] = self.numbers.get(organization_id, 0) + 1
        return MessageId(f"{number:026d}")

    # The table.
    def asked(self, process: Process, step: Step) -> None:
        """A process begins a call: a host reads the message that it has just chosen."""
        if step.name == "messages.read" and process.kind == "host":
            organization_id, message_id = step.args
            told = {"organization_id": organization_id, "message_id": message_id}
            self.journal.add("looked_at", **told, by=process.name, clock=process.now())

    def apply(self, process: Process, step: Step) -> Any:
        before = self._before(step)
        value = step.apply()
        self._note(process, step, value, before)
        self.journal.say("step", by=process.name, call=step.name, answer=value)
        return value

    def _before(self, step: Step) -> Any:
        if step.name == "outbox.mark_ready":
            return self.stores.outbox.read(*step.args)
        if step.name == "outbox.claim":
            return self.stores.outbox.read(step.args[0].organization_id, step.args[0].message_id)
        if step.name == "sessions.publish":
            return self.stores.sessions.read(step.args[0].organization_id)
        return None

    def _note(self, process: Process, step: Step, value: Any, before: Any) -> None:
        note = NOTES.get(step.name)
        if note is not None:
            note(self, process, step, value, before)

    def add_organization(self, organization_id: OrganizationId) -> Account:
        """A line that is linked: its first login lies in the bucket."""
        account = self.accounts[organization_id] = Account(self, organization_id)
        first = Snapshot(organization_id, 0, "first")
        self.bucket.put(first, Profile())
        sessions = self.stores.sessions
        sessions.create(organization_id, self.moment())
        line = self.stores.table.lines[organization_id]
        line.session = replace(line.session, snapshots=(FIRST_LOGIN,))
        return account
