"""A browser host: one process that owns lines; a new id for each process."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.ids import HostId

HEARTBEAT_EVERY = timedelta(seconds=5)
SELF_FENCE_AFTER = timedelta(seconds=13)
"""A host that could not renew for this long stops granting and publishing by itself."""
SILENT_AFTER = timedelta(seconds=20)
"""An observer fences a host whose heartbeat number stood still this long on its own clock."""
OBSERVED = 3
"""Each host watches so many; a host is missed only when its three observers die with it, and then
until they are fenced themselves."""
LOOKS_APART = 2 * HEARTBEAT_EVERY
"""An observer that could not look for longer than this starts to observe anew: what kept it from
looking (a frozen process, a slow table) may have kept the others from beating."""
RING_KNOWN_FOR = timedelta(seconds=30)
"""How long an observer goes by the hosts it knows before it reads them all again."""


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


def to_observe(me: HostId, hosts: Iterable[Host]) -> tuple[HostId, ...]:
    """The three hosts after mine on the ring, and fenced ones on the way to them.

    The ring is ordered by a hash, so that hosts that were started together, and may die together,
    are not each other's only observers.
    """
    ring = sorted((host for host in hosts if host.id != me), key=lambda host: _place(host.id))
    mine = _place(me)
    behind = [host for host in ring if _place(host.id) < mine]
    found: list[HostId] = []
    alive = 0
    for host in [*ring[len(behind) :], *behind]:
        if alive == OBSERVED:
            break
        found.append(host.id)
        alive += not host.fenced
    return tuple(found)


def _place(host_id: HostId) -> tuple[int, str]:
    return zlib.crc32(host_id.encode()), host_id
