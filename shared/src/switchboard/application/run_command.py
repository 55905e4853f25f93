"""Ask a line's page for something and wait for the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.command import COMMAND_PATIENCE, Command, CommandKind
from switchboard.domain.errors import (
    Conflict,
    ContactUnreachable,
    DependencyUnavailable,
    NoAnswer,
    NotFound,
)
from switchboard.domain.ids import OrganizationId
from switchboard.ports.clock import Clock
from switchboard.ports.command_store import CommandStore
from switchboard.ports.session_store import SessionStore
from switchboard.ports.wake_ups import WakeUps

POLL_SECONDS = 0.25
NOBODY_WAITS = "nobody_waits"
OWNER_CHANGED = "owner_changed"
_NO_ANSWER = {NOBODY_WAITS, NoAnswer.code, DependencyUnavailable.code}
_MISSING = {NotFound.code, ContactUnreachable.code}


@dataclass(frozen=True, slots=True)
class RunCommand:
    """The command item is the request; the owner writes the outcome into it.

    Raises:
        NotFound: no such line, or its page does not know the chat.
        Conflict: nobody holds the line, or its page refused.
        NoAnswer: no answer within 8 s; the command may still be carried out.
    """

    sessions: SessionStore
    commands: CommandStore
    wake_ups: WakeUps
    clock: Clock
    new_id: Callable[[], str]
    pause: Callable[[float], None]
    """Sleeps that many seconds (a function has no event loop to wait in)."""

    def __call__(self, organization_id: OrganizationId, kind: CommandKind, argument: str) -> str:
        """Run one command to its result."""
        session = existing(self.sessions, organization_id)
        if session.owner_queue_url is None:
            raise Conflict("the session is not running")
        now = self.clock.now()
        command = Command(self.new_id(), organization_id, kind, argument, now, session.epoch)
        self.commands.put(command)
        self.wake_ups.wake(session.owner_queue_url, organization_id)
        return self._await(command)

    def _await(self, command: Command) -> str:
        deadline = self.clock.monotonic() + COMMAND_PATIENCE.total_seconds()
        while self.clock.monotonic() < deadline:
            stored = self.commands.read(command.organization_id, command.id)
            if stored is not None and stored.done:
                return _result(stored)
            self.pause(POLL_SECONDS)
        raise NoAnswer("the session's host did not answer in time")


def _result(command: Command) -> str:
    code = command.error_code
    if code is None:
        return command.result or ""
    if code in _NO_ANSWER:
        raise NoAnswer("the session's page did not answer in time")
    if code in _MISSING:
        raise NotFound("chat")
    raise Conflict(f"the page refused: {code}")
