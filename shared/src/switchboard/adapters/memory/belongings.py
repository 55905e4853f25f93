"""What an organization has in memory beside its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.ids import OrganizationId


@dataclass(frozen=True, slots=True)
class MemoryBelongings:
    """`Belongings` in memory; it removes all at once."""

    table: MemoryTable

    def remove(self, organization_id: OrganizationId, most: int) -> bool:  # noqa: ARG002 - all
        """Remove everything."""
        table = self.table
        with table.lock:
            table.organizations.pop(organization_id, None)
            table.receivers.pop(organization_id, None)
            for owned in _owned(table):
                for key in [key for key in owned if key[0] == organization_id]:
                    del owned[key]
            table.received -= {key for key in table.received if key[0] == organization_id}
            table.settled -= {key for key in table.settled if key[0] == organization_id}
            for secret_hash, key in list(table.keys.items()):
                if key.organization_id == organization_id:
                    del table.keys[secret_hash]
        return True


def _owned(table: MemoryTable) -> tuple[dict[Any, Any], ...]:
    """What is kept by organization and id."""
    return (
        table.knowledge,
        table.contacts,
        table.addresses,
        table.merged,
        table.conversations,
        table.messages,
        table.sent_as,
        table.request_hashes,
        table.failed,
        table.commands,
        table.notices,
        table.untold,
        table.health,
        table.dead,
        table.spending,
    )
