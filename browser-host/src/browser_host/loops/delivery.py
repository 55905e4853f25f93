"""Delivery: work one line's outbox off while its page can send."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from browser_host.ending import Ending, Kind
from browser_host.loops.watch import CONNECTED, socket_of
from browser_host.services import Services
from browser_host.waiting import is_set_within
from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import TELL_EVERY
from switchboard.application.deliver_next import DeliverNext
from switchboard.application.progress import Progress, Step
from switchboard.domain.errors import Ownership, SendOutcomeUnknown, Transient
from switchboard.domain.ids import MessageId
from switchboard.domain.session import Lease, Reason
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

RELOAD_EVERY = timedelta(minutes=5)
"""A lost wake-up costs at most this; jittered so that hosts do not reload together."""
SINGLE_READS = 50
"""More wake-ups than this at once are read with all others, in pages instead of one by one."""
AGAIN_AFTER = timedelta(seconds=1)
SHORTEST_WAIT = timedelta(milliseconds=50)
LONGEST_DOUBLING = 6
"""A page that sends nothing although it is connected is tried every 64 s in the end."""


@dataclass(slots=True)
class Wakes:
    """Wake-ups for one line: entries to look at, or everything."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    messages: dict[MessageId, None] = field(default_factory=dict)
    """In the order in which they were named: the oldest hint is looked at first."""

    def wake(self, message_id: MessageId | None) -> None:
        """Note what to look at."""
        if message_id is not None:
            self.messages[message_id] = None
        self.woken.set()


@dataclass(slots=True)
class DeliveryLoop:
    """Starts when the page is ready: reconcile first, then send."""

    services: Services
    lease: Lease
    page: LinkedPage
    ready: asyncio.Event
    wake_ups: Wakes
    deliver: DeliverNext
    end: Callable[[Ending], None]
    backlog: Backlog
    reload_at: float | None = None
    """On the monotonic clock: a wall clock that is set back must not put it off."""
    reconciled: bool = False
    """Whether what an earlier page left open is settled: later claims are this page's own."""
    turned_away: int = 0
    """Sends since the last one that went which were turned away before the page was given them."""
    stuck: bool = False
    """Whether the page begins no send, and another one is to be opened."""

    async def run(self) -> None:
        """Deliver until the page ends or the lease is lost."""
        started = False
        while not self.stuck:
            try:
                await self.ready.wait()
                await (self._turn() if started else self._start())
                started = True
            except Transient as error:
                started = False  # a hint may be lost, a SENT unwritten: look at everything anew
                await self._later(error)
            except Ownership as error:
                self.end(Ending(Kind.NOT_OURS, Reason.HOST_LOST, str(error)))
                return
            except SendOutcomeUnknown as error:
                self.end(Ending(Kind.OUTCOME_UNKNOWN, Reason.PAGE_CRASHED, str(error)))
                return
        self.end(Ending(Kind.LOST, Reason.PAGE_CRASHED, "the page begins no send"))

    async def _start(self) -> None:
        await self._reload()
        await self._reconcile()
        self.reconciled = True

    async def _reconcile(self) -> None:
        recover = self.services.recover(self.lease, self.deliver.guard)
        await recover(self.backlog, self.page, on_this_page=self.reconciled)

    async def _turn(self) -> None:
        await self.deliver.guard.hold()  # of a pause nobody may have been told yet
        await self._follow()
        if self.backlog.unsettled:  # the answer to a claim was lost
            await self._reconcile()
        progress = await self.deliver(self.backlog, self.page)
        match progress.step:
            case Step.LINE_DOWN:
                self.turned_away += 1
                await self._rest(self.turned_away)
            case Step.STALLED:
                await self._stalled()
            case Step.WAIT:
                await self._wait(progress)
            case Step.SENT:
                self.turned_away = 0

    async def _stalled(self) -> None:
        stalls = self.backlog.stalls
        self.stuck = stalls.page_is_stuck(self.services.clock.monotonic())
        if stalls.looks_stuck and not self.stuck:
            await self._rest(stalls.in_a_row)

    async def _rest(self, times: int) -> None:
        """Each send that does not begin costs a grant: wait longer each time, and ask first.

        What expires meanwhile ends.
        """
        clock = self.services.clock
        doublings: int = 2 ** min(times - 1, LONGEST_DOUBLING)
        until = clock.monotonic() + (AGAIN_AFTER * doublings).total_seconds()
        while clock.monotonic() < until or await socket_of(self.page) != CONNECTED:
            await self._follow()
            await self.deliver.end_expired(self.backlog)
            await clock.sleep(AGAIN_AFTER)

    async def _follow(self) -> None:
        """Read the entries that wake-ups named; reload all when it is time.

        Those that are named meanwhile wait for the next turn, or a long row of hints would keep
        everything from being sent.
        """
        self.wake_ups.woken.clear()
        self._skip_known()
        now, burst = self.services.clock.monotonic(), len(self.wake_ups.messages) > SINGLE_READS
        if burst or self.reload_at is None or now >= self.reload_at:
            await self._reload()
        for message_id in list(self.wake_ups.messages):
            if message_id in self.wake_ups.messages:  # no reload has read it meanwhile
                await self._look_at(message_id)

    def _skip_known(self) -> None:
        """A hint says that an entry is READY: of one that is here as such it says nothing new."""
        for message_id in list(self.wake_ups.messages):
            if self.backlog.is_ready(message_id):
                del self.wake_ups.messages[message_id]

    async def _look_at(self, message_id: MessageId) -> None:
        """Read one entry; all of them when one that goes before it may not be here."""
        read = self.services.outbox.read
        entry = await self.services.blocking(read, self.lease.organization_id, message_id)
        if entry is not None and self.backlog.leaves_gap(entry):
            await self._reload()
        elif entry is not None:
            self.backlog.replace(entry)
        self.wake_ups.messages.pop(message_id, None)

    async def _wait(self, progress: Progress) -> None:
        """Sleep until something is due or somebody wakes the line; costs no requests."""
        clock = self.services.clock
        pause = timedelta(seconds=(self.reload_at or 0.0) - clock.monotonic())
        if self.deliver.guard.untold is not None:
            pause = min(pause, TELL_EVERY)
        if progress.wake_at is not None:
            pause = min(pause, progress.wake_at - clock.now())
        await is_set_within(self.wake_ups.woken, max(SHORTEST_WAIT, pause), clock)

    async def _reload(self) -> None:
        self.wake_ups.messages.clear()
        await self.deliver.load(self.backlog)
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
        self.reload_at = self.services.clock.monotonic() + (RELOAD_EVERY * jitter).total_seconds()

    async def _later(self, error: Transient) -> None:
        _log.warning(
            "outbound.delivery.postponed",
            extra={"organization_id": self.lease.organization_id, "error_code": error.code},
        )
        await self.services.clock.sleep(AGAIN_AFTER)
