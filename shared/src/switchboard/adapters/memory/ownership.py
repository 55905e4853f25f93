"""The fence: what a line says to somebody who shows a lease."""

from __future__ import annotations

from switchboard.adapters.memory.table import Line, MemoryTable
from switchboard.domain.errors import LeaseLost, StaleEpoch
from switchboard.domain.session import Lease


def owned_line(table: MemoryTable, lease: Lease) -> Line:
    """The line, when owner and epoch are the lease's; the caller holds the table's lock.

    Raises:
        LeaseLost: another owner, or none.
        StaleEpoch: the same owner under a newer epoch.
    """
    line = table.lines.get(lease.organization_id)
    if line is None or line.session.owner != lease.owner:
        raise LeaseLost(f"{lease.owner} does not own the line {lease.organization_id}")
    if line.session.epoch != lease.epoch:
        raise StaleEpoch(f"epoch {lease.epoch} of {lease.organization_id} is over")
    return line
