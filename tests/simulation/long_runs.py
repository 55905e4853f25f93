"""One line under a long backlog: the limits over days, and how long an urgent message waits.

The real delivery loop, `DeliverNext`, gate and pacing work on a page that never fails; days pass
in seconds.
"""

import asyncio
import random
import statistics
import uuid
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from tests.simulation.mutation import patched
from tests.simulation.page import SimulatedPage
from tests.simulation.process import Process
from tests.simulation.virtual_loop import run_virtual
from tests.simulation.whatsapp import Profile
from tests.simulation.wiring import wired
from tests.simulation.world import World

from browser_host.loops.delivery import DeliveryLoop, Wakes
from switchboard.application.accept_outbound import AcceptOutbound, AcceptRequest
from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.application.notify_operators import NotifyOperators
from switchboard.bootstrap import browser_host
from switchboard.bootstrap.browser_host import HostStores
from switchboard.domain.channel_events import AckSeen
from switchboard.domain.ids import ChatId, HostId, OrganizationId
from switchboard.domain.outbox import Priority
from switchboard.domain.rate_limit import WINDOWS, Limits
from switchboard.domain.session import Lease, Wanted

ORGANIZATION = OrganizationId("alpha")
CHATS = 100_000
"""Each message goes to another contact; one in a waiting conversation would lift that as a whole."""
HOUR = 3_600.0
URGENT_EVERY_SECONDS = 1_200.0
"""72 a day: less than the reserve of 100, which must last."""

LONGEST_P95_SECONDS = 5.0
"""P7: how long an urgent message may wait behind others."""

URGENT_KEPT_WAITING = 250
"""More than may be sent in the hour between two looks."""


@dataclass(frozen=True)
class WindowFigure:
    """What one window held at most, and what it might have held."""

    window: str
    limit: int
    usable: int
    most: int


class Desk:
    """One line whose owner is never disturbed."""

    def __init__(self, seed: int) -> None:
        self.world = World(seed)
        self.account = self.world.add_organization(ORGANIZATION)
        self.process = Process(self.world, "host", "host")
        self.numbers = 0
        self.accepted_at: dict[str, float] = {}
        self.wakes = Wakes()

    def _loop(self) -> DeliveryLoop:
        world, process = self.world, self.process
        sessions = world.stores.sessions
        sessions.want(ORGANIZATION, Wanted.RUNNING, world.now())
        lease = sessions.acquire(ORGANIZATION, HostId("host"), "sim://host", world.now())
        ports = world.ports | {"clock": process, "host_queue": None}
        ports["finish"] = wired(FinishOutbound, ports)
        ports["notify"] = wired(NotifyOperators, ports)
        stores = wired(HostStores, ports)
        page = SimulatedPage(process, self.account, Profile(), 1)
        page.boot()
        guard = stores.guard(process, ORGANIZATION)
        ready = asyncio.Event()
        self.world.later(5.0, ready.set)
        self.world.start(_follow(page, guard))
        return wired(
            DeliveryLoop,
            ports,
            services=_Services(stores, process),
            lease=lease,
            page=page,
            ready=ready,
            wake_ups=self.wakes,
            deliver=stores.deliver(process, lease, guard, lambda: True),
            end=self._ended,
            backlog=Backlog(),
        )

    def _ended(self, ending: Any) -> None:
        self.world.journal.add("failed", by="delivery", error=str(ending))

    def accept(self, priority: Priority) -> None:
        """A message that is READY at once."""
        self.numbers += 1
        chat = ChatId(f"1555{self.numbers % CHATS:07d}@c.us")
        text = f"{ORGANIZATION} {self.numbers}"
        accept = wired(
            AcceptOutbound,
            self.world.ports,
            clock=self.process,
            new_message_id=lambda: self.world.message_id(ORGANIZATION),
        )
        message = accept(AcceptRequest(ORGANIZATION, chat, text, priority=priority)).message
        self.accepted_at[text] = self.world.time()
        self.world.stores.outbox.mark_ready(ORGANIZATION, message.id)
        self.wakes.wake(message.id)

    def waiting(self, priority: Priority | None = None) -> int:
        entries = self.world.stores.table.entries.values()
        return sum(priority in (None, entry.priority) for entry in entries)

    def start(self) -> None:
        self.world.send_queue.consumer = _nobody
        self.world.start(self._loop().run())

    def figures(self, limits: Limits, *, urgent: bool) -> list[WindowFigure]:
        sends = [wire.at for wire in self.account.wire]
        return [
            WindowFigure(
                window.name,
                limits.of(window, urgent=True),
                limits.of(window, urgent=urgent),
                _most(sends, window.length_ms / 1000),
            )
            for window in WINDOWS
        ]


@dataclass(frozen=True)
class _Services:
    """What the delivery loop takes from a host's services."""

    stores: HostStores
    process: Process

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stores, name)

    @property
    def blocking(self) -> Process:
        return self.process

    def recover(self, lease: Lease, guard: BanGuard) -> Any:
        return self.stores.recover(self.process, lease, guard)


async def _follow(page: SimulatedPage, guard: BanGuard) -> None:
    """The guard must hear the acks, or it takes their absence for a ban."""
    async for event in page.events():
        if isinstance(event, AckSeen):
            guard.acked(event)


async def _nobody(_: Any) -> bool:
    """The dispatcher's work is done by `Desk.accept`."""
    return True


def _most(sends: list[float], length: float) -> int:
    """The most sends in any window of a length."""
    most = first = 0
    for last, at in enumerate(sends):
        while sends[first] <= at - length:
            first += 1
        most = max(most, last - first + 1)
    return most


def _run(seed: int, work: Any) -> Any:
    async def on_a_desk() -> Any:
        desk = Desk(seed)
        with ExitStack() as patches:
            patches.enter_context(patched(uuid, "uuid4", desk.world.uuid))
            patches.enter_context(patched(browser_host, "new_id", desk.world.new_id))
            answer = await work(desk)
        desk.world.over = True
        assert not list(desk.world.journal.of("failed"))
        return answer

    random.seed(seed)
    return run_virtual(on_a_desk())


def saturated(days: int, *, urgent: bool, seed: int = 0, backlog: int = 1_500) -> dict[str, Any]:
    """Keep a backlog for days; with `urgent`, there are always urgent ones in it."""

    async def work(desk: Desk) -> dict[str, Any]:
        desk.start()
        until = days * 24 * HOUR
        while desk.world.time() < until:
            while urgent and desk.waiting(Priority.URGENT) < URGENT_KEPT_WAITING:
                desk.accept(Priority.URGENT)
            while desk.waiting() < backlog:
                desk.accept(Priority.NORMAL)
            await desk.world.pause(HOUR)
        figures = desk.figures(Limits(), urgent=urgent)
        per_day = [_sent_on(desk, day) for day in range(days)]
        return {
            "backlog": backlog,
            "urgent": urgent,
            "sent_a_day": per_day,
            "windows": [asdict(figure) for figure in figures],
            "within": all(figure.most <= figure.usable for figure in figures)
            and all(figure.most >= 0.99 * figure.usable for figure in figures)
            and min(per_day) >= 0.99 * figures[-1].usable,
        }

    return _run(seed, work)


def _sent_on(desk: Desk, day: int) -> int:
    begin = day * 24 * HOUR
    return sum(begin <= wire.at < begin + 24 * HOUR for wire in desk.account.wire)


def urgent_behind_backlog(seed: int = 0, backlog: int = 600) -> dict[str, Any]:
    """Urgent messages come in at random over a day on which 600 others always wait."""

    async def work(desk: Desk) -> dict[str, Any]:
        waits = await _urgent_waits(desk, random.Random(f"urgent {seed}"), backlog)
        p95 = statistics.quantiles(waits, n=20)[-1]
        in_time = p95 <= LONGEST_P95_SECONDS
        kept = all(one.most <= one.limit for one in desk.figures(Limits(), urgent=True))
        return {
            "backlog": backlog,
            "urgent_messages": len(waits),
            "p50_s": round(statistics.median(waits), 2),
            "p95_s": round(p95, 2),
            "max_s": round(max(waits), 2),
            "urgent_in_time": in_time,
            "limits_kept": kept,
            "within": in_time and kept,
        }

    return _run(seed, work)


async def _urgent_waits(desk: Desk, draw: random.Random, backlog: int) -> list[float]:
    """How long each urgent message of a day waited, in seconds; two days when it never went."""
    desk.start()
    urgent: list[str] = []
    until = 24 * HOUR
    while desk.world.time() < until:
        while desk.waiting() < backlog:
            desk.accept(Priority.NORMAL)
        await desk.world.pause(draw.expovariate(1 / URGENT_EVERY_SECONDS))
        desk.accept(Priority.URGENT)
        urgent.append(f"{ORGANIZATION} {desk.numbers}")
    await desk.world.pause(timedelta(minutes=10).total_seconds())
    sent = {wire.text: wire.at for wire in desk.account.wire}
    return [sent.get(text, until * 2) - desk.accepted_at[text] for text in urgent]
