"""A browser host: one process that owns lines; a new id for each process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.ids import HostId

HEARTBEAT_EVERY = timedelta(seconds=5)
SELF_FENCE_AFTER = timedelta(seconds=13)
"""A host that could not renew for this long stops granting and publishing by itself."""
SILENT_AFTER = timedelta(seconds=20)
"""An observer fences a host whose heartbeat number stood still this long on its own clock."""


@dataclass(frozen=True, slots=True)
class Host:
    """The host item."""

    id: HostId
    queue_url: str
    heartbeat_seq: int
    heartbeat_at: datetime
    capacity: int
    used: int = 0
    fenced: bool = False
    draining: bool = False
