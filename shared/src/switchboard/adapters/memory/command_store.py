"""Commands in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.command import COMMAND_LIFETIME, Command
from switchboard.domain.ids import OrganizationId
from switchboard.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class MemoryCommandStore:
    """`CommandStore` in memory; the clock lets items expire."""

    table: MemoryTable
    clock: Clock

    def put(self, command: Command) -> None:
        """Store a new command."""
        with self.table.lock:
            self.table.commands[command.organization_id, command.id] = command

    def read(self, organization_id: OrganizationId, command_id: str) -> Command | None:
        """One command."""
        with self.table.lock:
            self._expire()
            return self.table.commands.get((organization_id, command_id))

    def open(self, organization_id: OrganizationId) -> Sequence[Command]:
        """Commands without an answer, oldest first."""
        with self.table.lock:
            self._expire()
            waiting = [
                command
                for (owner, _), command in self.table.commands.items()
                if owner == organization_id and not command.done
            ]
        return sorted(waiting, key=lambda command: (command.created_at, command.id))

    def answer(self, command: Command, *, result: str | None, error_code: str | None) -> bool:
        """Write the outcome, once."""
        with self.table.lock:
            stored = self.read(command.organization_id, command.id)
            if stored is None or stored.done or stored.epoch != command.epoch:
                return False
            answered = replace(stored, result=result, error_code=error_code)
            self.table.commands[command.organization_id, command.id] = answered
            return True

    def _expire(self) -> None:
        oldest = self.clock.now() - COMMAND_LIFETIME
        for key, command in list(self.table.commands.items()):
            if command.created_at <= oldest:
                del self.table.commands[key]
