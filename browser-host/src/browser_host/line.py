"""One owned line from lease to release: a page at a time, replaced when it ends.

The life cycle is drawn in `docs/session-lifecycle.md`.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from browser_host.drain import Drain
from browser_host.ending import Ending, Kind
from browser_host.following import until_ended
from browser_host.line_item import LineItem
from browser_host.line_login import LineLogin
from browser_host.loops.delivery import DeliveryLoop, Wakes
from browser_host.loops.events import EventLoop
from browser_host.loops.snapshots import SnapshotLoop
from browser_host.loops.usage import UsageLoop
from browser_host.loops.watch import ControlLoop, WatchLoop, asked_to_end
from browser_host.reconnects import Reconnects
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from browser_host.waiting import AGAIN_AFTER, is_set_within, result_before
from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.domain.errors import Ownership, PageChanged, PageNeverReady, Transient
from switchboard.domain.ids import MessageId
from switchboard.domain.metric import Metric
from switchboard.domain.notice import NoticeKind
from switchboard.domain.session import Lease, Reason, Session, SessionStatus
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

_ERRORS = frozenset({Kind.LOST, Kind.OUTCOME_UNKNOWN, Kind.BROKEN})


@dataclass(slots=True)
class Line:
    """Run as one task; `wake` and `drain.ask` are called from the host's loops."""

    services: Services
    lease: Lease
    may_write: Callable[[], bool]
    wakes: Wakes = field(default_factory=Wakes)
    control: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    full_host: asyncio.Event = field(default_factory=asyncio.Event)
    """The host is too full for this line; it goes the way of a drained one."""
    reconnects: Reconnects = field(default_factory=Reconnects)
    restarts: int | None = None
    """The restarts that the present page answers, when they could be read."""
    backlog: Backlog = field(default_factory=Backlog)
    """The outbox as the present page's delivery has it."""
    all_told: Callable[[], bool] = lambda: True
    """Whether everything was passed on that the present page told."""
    at_rest: bool = False
    """Whether the last page was closed with nothing in its hands, so that its login is whole."""
    taken_at: float = field(init=False)
    """On the monotonic clock."""
    drain: Drain = field(init=False)
    item: LineItem = field(init=False)
    guard: BanGuard = field(init=False)
    snapshots: LineSnapshots = field(init=False)
    login: LineLogin = field(init=False)

    def __post_init__(self) -> None:
        """Keep one guard and one login over all pages of this line."""
        self.taken_at = self.services.clock.monotonic()
        self.drain = Drain(self.services.clock)
        self.item = LineItem(self.services, self.lease)
        self.guard = self.services.guard(self.lease.organization_id)
        self.snapshots = self.services.snapshots(self.lease, self.may_write)
        self.snapshots.repeats = self.services.recover(self.lease, self.guard).must_not_repeat
        self.login = LineLogin(self.services, self.snapshots, self.drain)

    def wake(self, message_id: MessageId | None) -> None:
        """A hint: one entry is READY, or the line item has news."""
        self.wakes.wake(message_id)
        if message_id is None:
            self.control.set()

    def leave_full_host(self) -> None:
        """Close the page cleanly and give the line to a host that has room."""
        self.full_host.set()
        self.drain.ask()

    async def run(self) -> None:
        """Keep the line linked until it is stopped, drained, broken or lost."""
        try:
            while await self._next(await self._page()):
                continue
        except Ownership:
            _log.warning("session.lease.lost", extra=self.item.log_keys())
            await self._leave()

    async def _page(self) -> Ending:
        """One page from launch to close; its browser has exited when this returns."""
        self.at_rest = False
        denied = await self._prepared()
        if denied is not None:
            return denied
        self.ready = asyncio.Event()
        try:
            profile, owed = self.snapshots.profile, self.snapshots.owed
            page = await self.services.opener.open(self.lease.organization_id, profile, owed)
        except PageChanged as error:
            return Ending(Kind.BROKEN, Reason.WA_JS_MISMATCH, str(error))
        except (PageNeverReady, Transient) as error:
            self.item.untold = Ending(Kind.LOST, Reason.PAGE_NEVER_READY, str(error))
            return self.item.untold
        try:
            await self.snapshots.opened()
            rest = functools.partial(self._rest, page)
            ending, self.at_rest = await until_ended(functools.partial(self._loops, page), rest)
            if ending.kind in (Kind.LOST, Kind.OUTCOME_UNKNOWN):
                await self.item.tell_gone(ending)  # a frozen browser takes its time to close
            return ending
        finally:
            await page.close()

    async def _prepared(self) -> Ending | None:
        """Have the login on disk; a store that does not answer is waited for, no page has failed.

        Returns:
            Why no page may be opened, None when one may.
        """
        while True:
            denied = await self._denied()
            if denied is not None:
                return denied
            try:
                denied = await result_before(self.login.restore(), self.drain.asked.wait())
            except Transient as error:
                self.item.postponed(error)
                await is_set_within(self.drain.asked, AGAIN_AFTER, self.services.clock)
            else:
                return self._drained() if self.drain.asked.is_set() else denied

    async def _denied(self) -> Ending | None:
        """Why no page may be opened now: a second browser would end a newer owner's stream."""
        if self.drain.asked.is_set():
            return self._drained()
        try:
            session = await self._read()
        except Transient:
            return None  # the page's control loop asks again at once
        self.restarts = session.restarts if session is not None else None
        return asked_to_end(session, self.lease)

    async def _read(self) -> Session | None:
        read = self.services.sessions.read
        return await self.services.blocking(read, self.lease.organization_id)

    def _loops(
        self, page: LinkedPage, end: Callable[[Ending], None]
    ) -> list[Coroutine[Any, Any, None]]:
        services, lease, sign = self.services, self.lease, asyncio.Event()
        deliver = services.deliver(lease, self.guard, self.may_write)
        self.backlog = Backlog(stalls=self.backlog.stalls)
        self.backlog.stalls.page_is_fresh()
        ready, wakes, login = self.ready, self.wakes, self.snapshots
        delivery = DeliveryLoop(services, lease, page, ready, wakes, deliver, end, self.backlog)
        events = EventLoop(
            services, lease, self.guard, login, page, ready, sign, end, self.backlog.hears
        )
        snapshots = SnapshotLoop(services, login, page, ready, delivery)
        self.snapshots.sending, self.all_told = snapshots.sending, events.all_told
        return [
            events.run(),
            events.catch_up_later(),
            delivery.run(),
            snapshots.run(),
            WatchLoop(services, lease, page, sign, end, events.socket_stays_away).run(),
            ControlLoop(services, lease, page, self.control, end, self.restarts).run(),
            UsageLoop(services, lease, page, self.ready, snapshots.sending, end).run(),
            self._until_drained(end),
            self.reconnects.settle(self.ready, services.clock),
        ]

    async def _rest(self, page: LinkedPage, ending: Ending) -> bool:
        return await self.login.rest(ending, page, self.ready, self.all_told)

    async def _until_drained(self, end: Callable[[Ending], None]) -> None:
        await self.drain.asked.wait()
        end(self._drained())

    def _drained(self) -> Ending:
        full = self.full_host.is_set()
        return Ending(Kind.DRAINED, Reason.HOST_FULL if full else Reason.HOST_STOPPED)

    async def _next(self, ending: Ending) -> bool:
        """What follows a page's end; False when the line is no longer this host's."""
        told = {"reason": ending.reason.value}
        _log.info("session.page.ended", extra={**self.item.log_keys(), **told})
        if ending.kind in _ERRORS:
            self.item.count(Metric.CONNECTION_ERRORS, ending.reason)
        match ending.kind:
            case Kind.LOST | Kind.OUTCOME_UNKNOWN:
                return await self._reconnect(ending)
            case Kind.TOO_LARGE:
                return await self._start_again(ending)
            case Kind.LOGGED_OUT:
                return await self._start_over(ending)
            case Kind.STOPPED | Kind.RESTARTED | Kind.DRAINED | Kind.REFUSED:
                return await self._let_go(ending)
            case Kind.QR_EXPIRED | Kind.BROKEN:
                return await self._give_up(ending)
            case Kind.NOT_OURS:
                return await self._leave()

    async def _reconnect(self, ending: Ending) -> bool:
        """Wait longer each time; after the last a person has to look."""
        last = self.reconnects.next(ending)
        if last is not None:
            if last.reason is Reason.MAX_RECONNECT_REACHED:
                self.item.count(Metric.RECONNECTS_EXHAUSTED)
                _log.error("session.max_reconnect_reached", extra=self.item.log_keys())
            return await self._give_up(last)
        if ending.reason is Reason.PAGE_NEVER_READY:
            await self.item.until_answered(self.snapshots.never_ready)
        self.item.count(Metric.RECONNECTS)
        await self.item.tell_later()
        await is_set_within(self.drain.asked, self.reconnects.delay, self.services.clock)
        return True

    async def _restart(self) -> bool:
        self.reconnects.forget()
        await self.item.record(SessionStatus.STARTING, Ending(Kind.RESTARTED, Reason.STARTING))
        return True

    async def _let_go(self, ending: Ending) -> bool:
        """A line that was started again, before or while its page was closing, is kept."""
        if ending.kind in (Kind.DRAINED, Kind.REFUSED):
            return await self._release(SessionStatus.DISCONNECTED, ending)
        asked = asked_to_end(await self.item.until_answered(self._read), self.lease)
        if asked is None:
            return await self._restart()
        return await self._release(SessionStatus.STOPPED, asked)

    async def _start_again(self, ending: Ending) -> bool:
        """The page was closed at rest: store its login, then open the next one at once."""
        self.item.count(Metric.LINES_TOO_LARGE)
        await self.item.record(SessionStatus.DISCONNECTED, ending)
        if self.at_rest:
            await self.drain.in_time(self.login.store())
        return True

    async def _start_over(self, ending: Ending) -> bool:
        """The login is gone on WhatsApp's side: its profile is worthless, show a new QR."""
        await self.item.record(SessionStatus.STARTING, ending)
        if ending.reason is Reason.LOGGED_OUT:  # the guard has told of the others
            await self.item.notify(NoticeKind.LOGGED_OUT, ending)
        await self.drain.in_time(self.item.until_answered(self.snapshots.forget))
        if self.reconnects.put_out():
            return await self._give_up(Ending(Kind.BROKEN, ending.reason, ending.detail))
        return True

    async def _give_up(self, ending: Ending) -> bool:
        """Want nothing more of the line, so that no host tries it again until a person does."""
        await self.item.record(SessionStatus.ERROR, ending)
        if ending.kind is not Kind.QR_EXPIRED:
            await self.item.notify(NoticeKind.LINE_FAILED, ending)
        if not await self.item.want_stopped(self.restarts):
            return await self._restart()
        return await self._release(SessionStatus.ERROR, ending)

    async def abandon(self) -> None:
        """Give the line back after an unforeseen failure.

        It is not announced: the sweeper does that within a minute, so that a failure that repeats
        does not become a hot loop over all hosts.
        """
        failed = Ending(Kind.LOST, Reason.PAGE_CRASHED, "an unforeseen failure, see the log")
        await self._release(SessionStatus.DISCONNECTED, failed)

    async def _release(self, status: SessionStatus, ending: Ending) -> bool:
        if self.at_rest:
            await self.item.tell_gone(ending)
        await self.login.settle(at_rest=self.at_rest)
        await self.item.until_answered(self.guard.hold)  # the next owner would not know of it
        await self.item.give_back(status, ending)
        return False

    async def _leave(self) -> bool:
        """The line is another's; a sign of a ban is true whoever heard it."""
        await self.login.leave()
        with suppress(Transient):
            await self.guard.hold()
        return False
