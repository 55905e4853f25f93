"""What hosts cost each other: units of a beat, of a look, and of a look at who follows now."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tests.support.metering import Meter

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.domain.host import Host, to_observe
from switchboard.domain.ids import HostId

_QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/switchboard-prod-host-"


@dataclass(frozen=True)
class Watching:
    """Units of one host, whose fleet has so many."""

    hosts: int
    beat_write_units: float
    look_read_units: float
    ring_read_units: float


def watching(count: int) -> Watching:
    """Register so many hosts in the table that PynamoDB is connected to, and have one look."""
    hosts, meter = DynamoHostRegistry(), Meter()
    fleet = [_host(number) for number in range(count)]
    for one in fleet:
        hosts.register(one)
    meter.watch(Base._get_connection().connection.client)
    me = fleet[0]
    hosts.beat(replace(me, heartbeat_seq=2))
    beat = meter.take().write_units
    ring = to_observe(hosts.following(me.id))
    around = meter.take().read_units
    hosts.look((*ring, me.id))
    return Watching(count, beat, meter.take().read_units, around)


def _host(number: int) -> Host:
    name = HostId(f"01K{number:023d}")
    return Host(name, _QUEUE + name, 1, datetime(2026, 1, 1, tzinfo=UTC), 8)
