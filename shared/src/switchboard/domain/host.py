"""A browser host: one process that owns lines; a new id for each process."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchboard.domain.ids import HostId

HEARTBEAT_EVERY = timedelta(seconds=5)
SELF_FENCE_AFTER = timedelta(seconds=13)
"""A host that could not renew for this long stops granting and publishing by itself."""
SILENT_AFTER = timedelta(seconds=20)
"""An observer fences a host whose heartbeat number stood still this long on its own clock."""
HAND_OVER_WITHIN = SILENT_AFTER - SELF_FENCE_AFTER
"""A send that a host may still begin must leave its page before another host can own the line."""
REMOVED_AFTER = timedelta(minutes=5)
"""A fenced host's item stays so long: a line that an index shows late, or that the host acquired in
its last moment, is still freed by whoever watches it."""
OBSERVED = 3
"""Each host watches so many; a host is missed only when its three observers die with it, and then
until they are fenced themselves."""
LOOKS_APART = 2 * HEARTBEAT_EVERY
"""An observer that could not look for longer than this starts to observe anew: what kept it from
looking (a frozen process, a slow table) may have kept the others from beating."""
RING_KNOWN_FOR = timedelta(seconds=30)
"""How long an observer goes by the hosts it knows before it looks who follows it now."""
RING_PLACES = 2**32


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
    drain_asked: bool = False
    """An operator wants it to drain: a deployment does not stop a host that is protected."""


@dataclass(frozen=True, slots=True)
class Load:
    """Shares of what the host may use, 0 to 1."""

    memory: float
    cpu: float
    line_memory: float
    """What one more line is planned with, as a share of the same memory."""
    disk_lines: float = math.inf
    """How many more lines' profiles the disk takes."""


TAKES_BELOW = Load(memory=0.85, cpu=0.85, line_memory=0.0)
"""A host takes a line only when it stays below these with it."""
HANDS_BACK_ABOVE = Load(memory=0.92, cpu=0.97, line_memory=0.0)
"""A host that stays above one of these gives a line to a host that has room. The kernel kills at 1;
between the two marks a host keeps what it has, so that no line wanders to and fro."""
MEASURED_EVERY = timedelta(seconds=10)
OVERLOADED_AFTER = {"memory": 2, "cpu": 12}
"""Measurements in a row: memory kills soon, a busy processor only delays, and a launch is busy."""
STARTS_WITHIN = timedelta(minutes=1)
"""By then a new line's memory shows in what is measured."""
HANDED_BACK_EVERY = timedelta(minutes=1)
"""The last line's memory must be free before the next one is judged."""


def has_room(load: Load, starting: int) -> bool:
    """Whether one more line fits beside those that are held and those that still grow.

    Args:
        load: as measured.
        starting: lines that were taken so recently that what they take does not show yet.
    """
    if load.disk_lines < starting + 1:
        return False
    planned = load.memory + (starting + 1) * load.line_memory
    return planned <= TAKES_BELOW.memory and load.cpu <= TAKES_BELOW.cpu


@dataclass(slots=True)
class Pressure:
    """How long a host has been over its limits."""

    memory: int = 0
    cpu: int = 0

    def note(self, load: Load) -> bool:
        """Take one measurement; True when a line should be handed back."""
        self.memory = self.memory + 1 if load.memory > HANDS_BACK_ABOVE.memory else 0
        self.cpu = self.cpu + 1 if load.cpu > HANDS_BACK_ABOVE.cpu else 0
        over = OVERLOADED_AFTER
        return self.memory >= over["memory"] or self.cpu >= over["cpu"]


def ring_place(host_id: HostId) -> int:
    """Where a host stands on the ring, from 0; those of one place stand by their ids.

    It is a hash, so that hosts that were started together, and may die together, are not each
    other's only observers.
    """
    return zlib.crc32(host_id.encode())


def following(me: HostId, hosts: Iterable[Host]) -> Sequence[Host]:
    """The others in the order of the ring, once around."""
    ring = sorted((host for host in hosts if host.id != me), key=lambda host: _position(host.id))
    mine = _position(me)
    behind = [host for host in ring if _position(host.id) < mine]
    return [*ring[len(behind) :], *behind]


def to_observe(others: Iterable[Host]) -> tuple[HostId, ...]:
    """The first three of those that follow me on the ring, and fenced ones on the way to them.

    No more of them are taken than needed: they are read as they are taken.
    """
    found: list[HostId] = []
    alive = 0
    for host in others:
        found.append(host.id)
        alive += not host.fenced
        if alive == OBSERVED:
            break
    return tuple(found)


def _position(host_id: HostId) -> tuple[int, str]:
    return ring_place(host_id), host_id
