"""Hosts in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import SHARDS, setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import each, get, get_all, query
from switchboard.adapters.dynamodb.rows import HostRow
from switchboard.adapters.dynamodb.writing import repeatable
from switchboard.domain.host import OBSERVED, Host
from switchboard.domain.ids import HostId

_PAGE_ROWS = OBSERVED + 1
"""Who asks for those that follow a host wants three, and sometimes one that is fenced."""


@dataclass(frozen=True, slots=True)
class DynamoHostRegistry:
    """`HostRegistry` over eight parts of the ring."""

    def register(self, host: Host) -> None:
        """Write the first heartbeat."""
        row = HostRow(*keys.host(host.id), **_beating(host))
        with translated():
            row.save()

    def beat(self, host: Host) -> bool:
        """Write the next heartbeat, unless fenced or removed."""
        actions = setting(HostRow, **_beating(host))
        row = HostRow(*keys.host(host.id))
        alive = HostRow.pk.exists() & HostRow.fenced.does_not_exist()
        return repeatable(lambda: row.update(actions, alive))

    def read(self, host_id: HostId) -> Host | None:
        """One host; eventually consistent."""
        row = get(HostRow, *keys.host(host_id), consistent=False)
        return _host(row) if row is not None else None

    def all(self) -> Sequence[Host]:
        """Every registered host, by id."""
        arcs = (keys.ring(number) for number in range(SHARDS))
        hosts = [_host(row) for pk in arcs for row in query(HostRow, pk, consistent=True)]
        return sorted(hosts, key=lambda host: host.id)

    def following(self, host_id: HostId) -> Iterator[Host]:
        """The other hosts in the order of the ring, a few at a time."""
        pk, sk = keys.host(host_id)
        first = keys.ring_arc(host_id)
        others = (keys.ring(first + step) for step in range(1, SHARDS))
        arcs: list[tuple[str, Condition | None]] = [(pk, HostRow.sk > sk)]
        arcs += [*((arc, None) for arc in others), (pk, HostRow.sk < sk)]
        for arc, part in arcs:
            yield from map(_host, each(HostRow, arc, part, page_rows=_PAGE_ROWS))

    def look(self, host_ids: Sequence[HostId]) -> Sequence[Host]:
        """Those of these hosts that are registered, in one request."""
        return [_host(row) for row in get_all(HostRow, [keys.host(name) for name in host_ids])]

    def fence(self, host: Host) -> bool:
        """Forbid a silent host to beat again."""
        row = HostRow(*keys.host(host.id))
        still = HostRow.heartbeat_seq == host.heartbeat_seq
        return repeatable(lambda: row.update(setting(HostRow, fenced=True), still))

    def ask_to_drain(self, host_id: HostId) -> bool:
        """Ask a host to hand its lines over and end."""
        row = HostRow(*keys.host(host_id))
        actions = setting(HostRow, drain_asked=True)
        return repeatable(lambda: row.update(actions, HostRow.pk.exists()))

    def remove(self, host_id: HostId) -> None:
        """Forget a host."""
        with translated():
            HostRow(*keys.host(host_id)).delete()


def _beating(host: Host) -> dict[str, Any]:
    return {
        "queue_url": host.queue_url,
        "heartbeat_seq": host.heartbeat_seq,
        "heartbeat_at": host.heartbeat_at,
        "capacity": host.capacity,
        "used": host.used,
        "draining": host.draining,
    }


def _host(row: HostRow) -> Host:
    return Host(
        keys.host_of(row.sk),
        row.queue_url,
        int(row.heartbeat_seq),
        row.heartbeat_at,
        int(row.capacity),
        int(row.used),
        bool(row.fenced),
        row.draining,
        bool(row.drain_asked),
    )
