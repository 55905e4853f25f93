"""Watch one page: its first sign of life, then a probe; and do what the organization wants."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from browser_host.commands import carry_out
from browser_host.ending import Ending, Kind
from browser_host.services import Services
from browser_host.waiting import is_set_within, result_within
from switchboard.application.run_command import NOBODY_WAITS, OWNER_CHANGED
from switchboard.domain.command import COMMAND_PATIENCE, Command
from switchboard.domain.errors import NoAnswer, SwitchboardError, Transient
from switchboard.domain.session import Lease, Reason, Session, Wanted
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

FIRST_SIGN_WITHIN = timedelta(seconds=90)
"""How long a page may take to show a QR or become ready before it is replaced."""
PROBE_EVERY = timedelta(seconds=10)
PROBE_WITHIN = timedelta(seconds=10)
DEAF_AFTER = 2
"""Missed probes in a row: a frozen page is noticed within about 40 s."""
AWAY_AFTER = 2
"""Probes in a row without a connected socket, before a state that should pass is told."""
CONNECTED = "CONNECTED"


async def socket_of(page: LinkedPage) -> str | None:
    """The page's socket state, None when it does not answer."""
    try:
        return await page.probe(within=PROBE_WITHIN)
    except Transient:
        return None


def asked_to_end(session: Session | None, lease: Lease) -> Ending | None:
    """Why the line item allows this lease no page; None when it does."""
    if session is None or session.lease != lease:
        return Ending(Kind.NOT_OURS, Reason.HOST_LOST, "another owner")
    if session.wanted is not Wanted.RUNNING:
        return Ending(Kind.STOPPED, Reason.STOPPED_BY_USER)
    return None


@dataclass(slots=True)
class WatchLoop:
    """A page that shows nothing, or stops answering, is closed and replaced."""

    services: Services
    lease: Lease
    page: LinkedPage
    sign: asyncio.Event
    end: Callable[[Ending], None]
    socket_stays_away: Callable[[str], Awaitable[None]]

    async def run(self) -> None:
        """Watch until the page ends."""
        services = self.services
        if not await is_set_within(self.sign, FIRST_SIGN_WITHIN, services.clock):
            detail = "neither a QR nor a ready page in time"
            self.end(Ending(Kind.LOST, Reason.PAGE_NEVER_READY, detail))
            return
        missed = away = 0
        while missed < DEAF_AFTER:
            await services.clock.sleep(PROBE_EVERY)
            word = await socket_of(self.page)
            missed = missed + 1 if word is None else 0
            away = away + 1 if word not in (None, CONNECTED) else 0
            if word is not None and away >= AWAY_AFTER:
                await self._tell_away(word)
        self.end(Ending(Kind.LOST, Reason.PAGE_CRASHED, "the page stopped answering"))

    async def _tell_away(self, word: str) -> None:
        try:
            await self.socket_stays_away(word)
        except Transient as error:
            keys = {"organization_id": self.lease.organization_id, "error_code": error.code}
            _log.warning("session.state.postponed", extra=keys)


@dataclass(slots=True)
class ControlLoop:
    """Follows what is wanted of the line, and its commands, when woken or every half minute."""

    services: Services
    lease: Lease
    page: LinkedPage
    woken: asyncio.Event
    end: Callable[[Ending], None]
    restarts: int | None = None
    """The restarts that the page has answered; None: those that the first look finds."""
    look_every: timedelta = timedelta(seconds=30)

    async def run(self) -> None:
        """Look now, then whenever there is reason to."""
        while True:
            self.woken.clear()
            try:
                await self._look()
            except Transient as error:
                keys = {"organization_id": self.lease.organization_id, "error_code": error.code}
                _log.warning("session.control.failed", extra=keys)
            await is_set_within(self.woken, self.look_every, self.services.clock)

    async def _look(self) -> None:
        read = self.services.sessions.read
        session = await self.services.blocking(read, self.lease.organization_id)
        ending = asked_to_end(session, self.lease) or self._asked_for_another(session)
        if ending is not None:
            self.end(ending)
            return
        waiting = self.services.commands.open
        for command in await self.services.blocking(waiting, self.lease.organization_id):
            if command.epoch <= self.lease.epoch:  # a newer owner's commands are its own
                await self._carry_out(command)

    def _asked_for_another(self, session: Session | None) -> Ending | None:
        now = session.restarts if session is not None else 0
        if self.restarts is None:
            self.restarts = now
        return None if now == self.restarts else Ending(Kind.RESTARTED, Reason.STARTING)

    async def _carry_out(self, command: Command) -> None:
        result: str | None = None
        code: str | None = None
        left = COMMAND_PATIENCE - (self.services.clock.now() - command.created_at)
        if not command.of(self.lease.epoch):
            code = OWNER_CHANGED
        elif left < timedelta():
            code = NOBODY_WAITS  # a late logout would surprise everybody
        else:
            # A page that hangs must not hold up what is wanted of the line.
            outcome = await result_within(self._outcome(command), left, self.services.clock)
            result, code = outcome or (None, NoAnswer.code)
        answer = self.services.commands.answer
        await self.services.blocking(answer, command, result=result, error_code=code)
        _log.info(
            "session.command",
            extra={"organization_id": command.organization_id, "outcome": code or "done"},
        )

    async def _outcome(self, command: Command) -> tuple[str | None, str | None]:
        """Result or error code."""
        try:
            return await carry_out(command, self.page), None
        except SwitchboardError as error:
            return None, error.code
