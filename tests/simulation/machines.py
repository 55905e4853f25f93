"""Machines that run browser hosts: one process at a time, each with a new id; the disk stays."""

import asyncio
import functools
import traceback
from collections.abc import Callable
from typing import Any

from tests.simulation.disk import BUILDS, Disk, DiskPath, HostDisk, SimulatedSealing
from tests.simulation.page import SimulatedPage
from tests.simulation.process import Process, Remote
from tests.simulation.queues import Arrivals, HostFeed
from tests.simulation.wiring import wired

from browser_host.build_gate import BuildGate
from browser_host.generations import Generations
from browser_host.process_tree import Usage
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from browser_host.supervisor import Supervisor
from switchboard.application.ban_guard import BanGuard
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.read_watermark import ReadWatermark
from switchboard.application.sift_scan import SiftScan
from switchboard.bootstrap.browser_host import HostStores
from switchboard.domain.build_rule import NewerBuilds
from switchboard.domain.errors import Ownership, Transient
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease

CAPACITY = 8


class Machine:
    """Starts a host again whenever it has ended, as ECS does."""

    def __init__(self, world: Any, number: int) -> None:
        self.world, self.number = world, number
        self.disk = Disk()
        self.runs = 0
        self.process: Process | None = None
        self.stop = asyncio.Event()
        self.pages: list[SimulatedPage] = []
        self.skew_seconds = world.random.uniform(-1.0, 1.0)
        self.away_until = 0.0

    async def run(self) -> None:
        while True:
            await self._one_process()
            await self.world.pause(self.world.random.uniform(1.0, 15.0))
            await self.world.pause(max(0.0, self.away_until - self.world.time()))

    async def _one_process(self) -> None:
        self.runs += 1
        name = f"host-{self.number}-{self.runs}"
        process = self.process = Process(self.world, name, "host", self.skew_seconds)
        self.stop, self.pages = asyncio.Event(), []
        self.world.journal.say("host.started", name=name)
        running = process.loop.create_task(Supervisor(self._services(process)).run(self.stop))
        died = self.world.start(process.died.wait())
        await asyncio.wait({running, died}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            process.killed = True
            self.world.journal.say("host.killed", name=name)
        else:
            self._note_end(name, running.exception())
        process.kill()
        await self.world.pause(self.world.random.uniform(0.0, 1.0))
        for page in self.pages:
            page.end()

    def _note_end(self, name: str, error: BaseException | None) -> None:
        """Being fenced, or finding no store at the start, is a known end; the rest is a fault."""
        self.world.journal.say("host.ended", name=name, why=error)
        if error is not None and not isinstance(error, Ownership | Transient):
            told = "".join(traceback.format_exception(error)[-6:])
            self.world.journal.add("failed", by=name, error=told)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def cut_off_pages(self, seconds: float, *, frozen: bool) -> None:
        for page in self.pages:
            page.cut_off(seconds, frozen=frozen)

    def set_clock_right(self) -> None:
        if self.process is not None:
            self.process.skew_seconds = self.skew_seconds

    def lose_disk(self) -> None:
        self.disk = Disk()

    async def build(self) -> str:
        return BUILDS.chromium

    async def open(
        self, organization_id: OrganizationId, profile: DiskPath, _: object = None
    ) -> SimulatedPage:
        process = self.process
        await process.pause(self.world.random.uniform(0.3, 1.5))
        account = self.world.accounts[organization_id]
        epoch = int((profile / "switchboard-epoch").read_text())
        page = SimulatedPage(process, account, profile.profile(), epoch)
        self.pages.append(page)
        self.world.journal.add("opened", organization_id=organization_id, by=process.name)
        page.boot()
        return page

    def _guard(
        self, stores: HostStores, process: Process, organization_id: OrganizationId
    ) -> BanGuard:
        wrong = abs(process.skew_seconds) > 1.0
        self.world.journal.add("wall_read", organization_id=organization_id, wrong_clock=wrong)
        return stores.guard(process, organization_id)

    def _services(self, process: Process) -> Services:
        """As `browser_host.main` wires them, with this process as clock and network."""
        world = self.world
        host_id, root = HostId(process.name), DiskPath(self.disk, "profiles")
        queue = Remote("host_queue", HostFeed(world.wake_ups, Arrivals(world)))
        ports = world.ports | {"clock": process, "host_queue": queue}
        ports["finish"] = wired(FinishOutbound, ports)
        ports["notify"] = wired(NotifyOperators, ports)
        stores = wired(HostStores, ports)
        return wired(
            Services,
            ports,
            host_id=host_id,
            capacity=CAPACITY,
            profiles=root,
            opener=self,
            blocking=process,
            observe=stores.observe(host_id),
            watermark=ReadWatermark(stores.inbox),
            sift=SiftScan(stores.inbox, stores.messages),
            guard=functools.partial(self._guard, stores, process),
            snapshots=functools.partial(self._login, process, root),
            deliver=functools.partial(stores.deliver, process),
            recover=functools.partial(stores.recover, process),
            measure=lambda _: Usage(0, 0, 0.0),
            line_memory_bytes=1,
        )

    def _login(
        self, process: Process, root: DiskPath, lease: Lease, may_write: Callable[[], bool]
    ) -> LineSnapshots:
        return wired(
            LineSnapshots,
            self.world.ports,
            lease=lease,
            disk=HostDisk(root),
            generations=self._generations(process, lease),
            sealing=SimulatedSealing(self.world.ports["snapshots"]),
            blocking=process,
            heavy=process,
            new_id=self.world.new_id,
            may_write=may_write,
            gate=BuildGate(self.build, NewerBuilds.REFUSED, process),
        )

    def _generations(self, process: Process, lease: Lease) -> Generations:
        ports = self.world.ports
        return Generations(lease, ports["sessions"], ports["snapshots"], process, process)
