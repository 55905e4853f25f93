"""Command: show the hosts, or ask some of them to hand their lines over and end.

`python -m switchboard.bootstrap.drain_hosts [HOST ...] [--started-before MOMENT]` with TABLE_NAME
set and credentials that may write to the table. A host that holds lines is protected from scale-in,
and so from a deployment, which waits for it: after the new hosts have started, drain the old ones.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime

from ulid import ULID

from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.host_registry import DynamoHostRegistry
from switchboard.bootstrap.environment import Environment
from switchboard.domain.host import Host
from switchboard.domain.ids import HostId
from switchboard.ports.host_registry import HostRegistry


def chosen(hosts: Sequence[Host], named: Sequence[str], before: datetime | None) -> set[str]:
    """The hosts that were named, and those that started before a moment."""
    old = set() if before is None else {host.id for host in hosts if started_at(host.id) < before}
    return old | set(named)


def started_at(host_id: HostId) -> datetime:
    """When a host started: its id is a ULID."""
    return ULID.from_str(host_id).datetime


def drain(registry: HostRegistry, names: set[str]) -> dict[str, bool]:
    """Ask each; False for one that is not registered."""
    return {name: registry.ask_to_drain(HostId(name)) for name in sorted(names)}


def main() -> None:
    """Print a JSON line a host, after asking."""
    parser = argparse.ArgumentParser()
    parser.add_argument("host", nargs="*", help="ids of hosts to drain")
    parser.add_argument(
        "--started-before", type=datetime.fromisoformat, help="drain hosts older than this moment"
    )
    asked = parser.parse_args()
    environment = Environment()
    table = environment.text("TABLE_NAME")
    environment.check()
    connect(table)
    registry = DynamoHostRegistry()
    done = drain(registry, chosen(registry.all(), asked.host, asked.started_before))
    for host in registry.all():
        print(json.dumps(_line(host)))  # noqa: T201 - a command's answer
    if missing := [name for name, known in done.items() if not known]:
        parser.error(f"no such host: {', '.join(missing)}")


def _line(host: Host) -> dict[str, object]:
    return {
        "host": host.id,
        "started_at": started_at(host.id).isoformat(),
        "heartbeat_at": host.heartbeat_at.isoformat(),
        "lines": host.used,
        "capacity": host.capacity,
        "drain_asked": host.drain_asked,
        "draining": host.draining,
        "fenced": host.fenced,
    }


if __name__ == "__main__":
    main()
