"""Commands from the API to a line's owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.domain.command import Command
from switchboard.domain.ids import OrganizationId


class CommandStore(Protocol):
    """Items expire after an hour."""

    def put(self, command: Command) -> None:
        """Store a new command."""
        ...

    def read(self, organization_id: OrganizationId, command_id: str) -> Command | None:
        """One command, read consistently."""
        ...

    def open(self, organization_id: OrganizationId) -> Sequence[Command]:
        """Commands without an answer, oldest first."""
        ...

    def answer(self, command: Command, *, result: str | None, error_code: str | None) -> bool:
        """Write the outcome.

        Conditional on: no outcome yet, and the epoch as the caller read it. False otherwise.
        """
        ...
