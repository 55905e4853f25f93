"""Commands in DynamoDB; its TTL removes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import get, query
from switchboard.adapters.dynamodb.rows import CommandRow
from switchboard.adapters.dynamodb.writing import update
from switchboard.domain.command import COMMAND_LIFETIME, Command, CommandKind
from switchboard.domain.ids import OrganizationId
from switchboard.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class DynamoCommandStore:
    """`CommandStore`."""

    clock: Clock

    def put(self, command: Command) -> None:
        """Store a new command."""
        expires = command.created_at + COMMAND_LIFETIME
        row = CommandRow(
            keys.organization(command.organization_id),
            keys.command(command.id),
            command=command.kind.value,
            argument=command.argument or None,
            created_at=command.created_at,
            epoch=command.epoch,
            expires_at=round(expires.timestamp()),
        )
        with translated():
            row.save()

    def read(self, organization_id: OrganizationId, command_id: str) -> Command | None:
        """One command."""
        pk = keys.organization(organization_id)
        row = get(CommandRow, pk, keys.command(command_id))
        return _command(row) if row is not None and self._live(row) else None

    def open(self, organization_id: OrganizationId) -> Sequence[Command]:
        """Commands without an answer, oldest first."""
        pk = keys.organization(organization_id)
        rows = query(CommandRow, pk, keys.command(""), consistent=True)
        commands = [_command(row) for row in rows if self._live(row)]
        waiting = [command for command in commands if not command.done]
        return sorted(waiting, key=lambda command: (command.created_at, command.id))

    def answer(self, command: Command, *, result: str | None, error_code: str | None) -> bool:
        """Write the outcome once."""
        row = CommandRow(keys.organization(command.organization_id), keys.command(command.id))
        actions = setting(CommandRow, result=result, error_code=error_code)
        unanswered = (
            CommandRow.pk.exists()
            & CommandRow.result.does_not_exist()
            & CommandRow.error_code.does_not_exist()
            & (CommandRow.epoch == command.epoch)
        )
        return update(row, actions, unanswered)

    def _live(self, row: CommandRow) -> bool:
        """DynamoDB may take two days to remove what has expired."""
        return row.created_at > self.clock.now() - COMMAND_LIFETIME


def _command(row: CommandRow) -> Command:
    return Command(
        id=row.sk.removeprefix(keys.command("")),
        organization_id=keys.organization_of(row.pk),
        kind=CommandKind(row.command),
        argument=row.argument or "",
        created_at=row.created_at,
        epoch=int(row.epoch),
        result=row.result,
        error_code=row.error_code,
    )
