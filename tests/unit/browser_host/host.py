"""A browser host over the memory adapters, on a clock that the test moves."""

import asyncio
import functools
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.support.builders import seconds, want_running
from tests.support.world import World

from browser_host.build_gate import BuildGate
from browser_host.generations import Generations
from browser_host.process_tree import Usage
from browser_host.profiles.disk import Disk
from browser_host.profiles.sealing import Sealing
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from browser_host.supervisor import Supervisor
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.channel_provider import MemoryLinkedPage, MemoryLinkedPageOpener
from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.host_load import MemoryHostLoad
from switchboard.adapters.memory.inbound_queue import MemoryInboundQueue
from switchboard.adapters.memory.metrics import MemoryMetrics
from switchboard.adapters.memory.notices import MemoryOperators
from switchboard.adapters.memory.scale_in import MemoryScaleIn
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.adapters.memory.wake_ups import MemoryHostQueue, MemoryHostQueues
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.read_watermark import ReadWatermark
from switchboard.application.sift_scan import SiftScan
from switchboard.bootstrap.browser_host import HostStores
from switchboard.bootstrap.identifiers import new_id
from switchboard.domain.build_rule import NewerBuilds
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease, Session
from switchboard.ports.channel_provider import LinkedPageOpener

SETTLES = timedelta(milliseconds=100)


@dataclass
class Wire(InlineBlocking):
    """What lies between a host and its stores."""

    clock: MemoryClock
    cut: set[str] = field(default_factory=set)
    """Calls, by name, that get no answer."""
    broken: set[str] = field(default_factory=set)
    """Calls, by name, that fail in a way that nobody foresaw."""
    lost: set[str] = field(default_factory=set)
    """Calls, by name, that are carried out and whose next answer is lost."""
    last: dict[str, timedelta] = field(default_factory=dict)
    """How long a call takes, by name."""
    calls: Counter[str] = field(default_factory=Counter)
    """How often each was made, by name."""

    async def __call__[**P, T](
        self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        name = getattr(call, "__qualname__", type(call).__name__).removeprefix("Memory")
        self.calls[name] += 1
        await self.clock.sleep(self.last.get(name, timedelta()))
        if name in self.cut:
            raise DependencyUnavailable(f"{name} did not answer")
        if name in self.broken:
            raise RuntimeError(name)
        answer = await super().__call__(call, *args, **kwargs)
        if name in self.lost:
            self.lost.discard(name)
            raise DependencyUnavailable(f"the answer of {name} was lost")
        return answer


@dataclass
class RunningHost:
    """One host process's services, and what the world sees of its lines."""

    world: World
    clock: MemoryClock
    services: Services
    pages: MemoryLinkedPageOpener
    wire: Wire
    inbound: MemoryInboundQueue
    operators: MemoryOperators
    snapshots: MemorySnapshotStore
    metrics: MemoryMetrics
    load: MemoryHostLoad
    usage: list[Usage]
    """What every browser is found to use."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def session(self, organization_id: OrganizationId) -> Session:
        session = self.world.sessions.read(organization_id)
        assert session is not None
        return session

    def page(self, organization_id: OrganizationId) -> MemoryLinkedPage:
        """The page opened last."""
        return self.pages.page(organization_id)

    def opened(self, organization_id: OrganizationId) -> int:
        return sum(page.phone.organization_id == organization_id for page in self.pages.opened)

    def is_open(self, organization_id: OrganizationId) -> bool:
        return self.page(organization_id).browser_pid is not None

    async def settle(self) -> None:
        """Let everything happen that waits for nothing."""
        await self.clock.run_for(SETTLES)

    async def pass_(self, count: float) -> None:
        """Let so many seconds pass."""
        await self.clock.run_for(seconds(count))

    def queue_url(self, organization_id: OrganizationId) -> str:
        """Where the line's owner hears of news."""
        url = self.session(organization_id).owner_queue_url
        assert url
        return url

    def announce(self, *organizations: OrganizationId, linked: bool = True) -> None:
        """Somebody starts these lines; with `linked` their profiles are logged in."""
        for organization_id in organizations:
            want_running(self.world, organization_id)
            self.pages.phone(organization_id).linked = linked
            self.world.session_starts.announce(organization_id)

    async def take(self, *organizations: OrganizationId, linked: bool = True) -> None:
        """Have this host take these lines."""
        self.announce(*organizations, linked=linked)
        await self.settle()
        for organization_id in organizations:
            assert self.session(organization_id).owner == self.services.host_id

    def steal(self, organization_id: OrganizationId, thief: HostId) -> None:
        """Another host fenced this one and took the line."""
        session, now = self.session(organization_id), self.clock.now()
        assert session.lease
        sessions = self.world.sessions
        assert sessions.release(session.lease, session.status, session.reason, now)
        assert sessions.acquire(organization_id, thief, "memory://thief", now)


@dataclass(frozen=True)
class Machine:
    """What a host has that is neither a store nor the clock."""

    host_id: HostId
    capacity: int
    profiles: Path
    pages: LinkedPageOpener
    load: MemoryHostLoad
    usage: list[Usage]


def a_host(
    world: World,
    profiles: Path,
    host_id: HostId,
    capacity: int = 8,
    *,
    opener: LinkedPageOpener | None = None,
    **ports: Any,
) -> RunningHost:
    """`ports` take the place of the ones in memory."""
    wire, inbound, operators = Wire(world.clock), MemoryInboundQueue(), MemoryOperators()
    pages, snapshots = MemoryLinkedPageOpener(world.clock), MemorySnapshotStore()
    usage, load = [Usage(100 << 20, 120 << 20, 0.0)], MemoryHostLoad()
    stores = replace(_stores(world, inbound, operators, snapshots), **ports)
    machine = Machine(host_id, capacity, profiles, opener or pages, load, usage)
    gate = BuildGate(pages.build, NewerBuilds.CANARY, world.clock)
    services = _services(stores, wire, machine, gate)
    told = (inbound, operators, snapshots, world.metrics, load, usage)
    return RunningHost(world, world.clock, services, pages, wire, *told)


def _stores(
    world: World,
    inbound: MemoryInboundQueue,
    operators: MemoryOperators,
    snapshots: MemorySnapshotStore,
) -> HostStores:
    clock, metrics = world.clock, world.metrics
    return HostStores(
        sessions=world.sessions,
        hosts=world.hosts,
        outbox=world.outbox,
        messages=world.messages,
        inbox=world.inbox,
        organizations=world.organizations,
        gate=world.gate,
        commands=world.commands,
        inbound=inbound,
        session_starts=world.session_starts,
        host_queue=MemoryHostQueue(world.wake_ups),
        host_queues=MemoryHostQueues(world.wake_ups),
        scale_in=MemoryScaleIn(clock),
        snapshots=snapshots,
        finish=FinishOutbound(
            world.messages, world.outbox, world.dead_letters, clock, world.failed, metrics
        ),
        notify=NotifyOperators(world.notices, operators, clock, metrics),
        clock=clock,
        metrics=metrics,
    )


def _services(stores: HostStores, wire: Wire, machine: Machine, gate: BuildGate) -> Services:
    return Services(
        host_id=machine.host_id,
        capacity=machine.capacity,
        profiles=machine.profiles,
        sessions=stores.sessions,
        hosts=stores.hosts,
        outbox=stores.outbox,
        commands=stores.commands,
        inbound=stores.inbound,
        session_starts=stores.session_starts,
        host_queue=stores.host_queue,
        load=machine.load,
        scale_in=stores.scale_in,
        opener=machine.pages,
        clock=stores.clock,
        metrics=stores.metrics,
        blocking=wire,
        observe=stores.observe(machine.host_id),
        notify=stores.notify,
        watermark=ReadWatermark(stores.inbox),
        sift=SiftScan(stores.inbox, stores.messages),
        guard=functools.partial(stores.guard, wire),
        snapshots=_login(stores, Disk(machine.profiles), gate),
        deliver=functools.partial(stores.deliver, wire),
        recover=functools.partial(stores.recover, wire),
        measure=lambda _: machine.usage[0],
        line_memory_bytes=800 << 20,
    )


def _login(
    stores: HostStores, disk: Disk, gate: BuildGate
) -> Callable[[Lease, Callable[[], bool]], LineSnapshots]:
    """What makes the snapshots of one line."""
    here = InlineBlocking()

    def of(lease: Lease, may_write: Callable[[], bool]) -> LineSnapshots:
        return LineSnapshots(
            lease,
            disk,
            Generations(lease, stores.sessions, stores.snapshots, here, here),
            Sealing(stores.snapshots),
            here,
            here,
            stores.metrics,
            new_id,
            may_write,
            gate,
        )

    return of


@asynccontextmanager
async def serving(host: RunningHost) -> AsyncIterator[asyncio.Task[None]]:
    """Run the host's supervisor; at the end the host is killed."""
    task = asyncio.get_running_loop().create_task(Supervisor(host.services).run(host.stop))
    try:
        await host.settle()
        yield task
    finally:
        task.cancel()
        await asyncio.wait({task})
