"""A host's life on the real adapters: good days, bad ones, its end, and another host's."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.infra.permissions.cloud import Cloud
from tests.support.builders import OTHER_HOST, A, B, message_seen, ready, want_running
from tests.unit.browser_host.host import RunningHost, a_host, serving

from switchboard.adapters.memory.phone import Fault
from switchboard.adapters.sqs import host_queue, session_starts
from switchboard.adapters.sqs.client import sqs_client
from switchboard.adapters.sqs.wake_ups import SqsWakeUps
from switchboard.bootstrap.browser_host import build, configuration
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_id
from switchboard.domain.channel_events import Restricted
from switchboard.domain.command import Command, CommandKind
from switchboard.domain.host import Host
from switchboard.domain.session import Wanted

POLLED = {
    "SqsSessionStarts.take": timedelta(seconds=1),
    "SqsHostQueue.receive": timedelta(seconds=1),
}
"""moto's long polls wait in real time: they are answered at once, and cost the memory clock a second."""
KEPT = ("clock", "metrics", "scale_in")


async def a_hosts_life(cloud: Cloud, disk: Path) -> None:
    """Everything that a host ever asks AWS for."""
    patch = cloud.monkeypatch
    for module in (host_queue, session_starts):
        patch.setattr(module, "poll_seconds", lambda _: 0)
    ports = _ports(cloud)
    with cloud.unrecorded():
        _a_host_that_died(cloud)
    host = a_host(cloud.world, disk, "host-1", **ports)
    host.wire.last.update(POLLED)
    cloud.world.clock.by_hand = True
    cloud.world.session_starts = ports["session_starts"]
    async with serving(host) as task:
        await _lines(cloud, host)
        await _sends(cloud, host)
        await _logins(cloud, host)
        await host.pass_(60)
        host.stop.set()
        await host.pass_(30)
        assert task.done()


def _ports(cloud: Cloud) -> dict[str, Any]:
    (task,) = cloud.stack.child("BrowserHost").all_of("AWS::ECS::TaskDefinition").items()
    container = task[1].resource(task[0])["Properties"]["ContainerDefinitions"][0]
    environment = Environment(cloud.environment(container))
    config = configuration(environment)
    environment.check()
    stores = build(config)
    names = [name for name in stores.__slots__ if name not in KEPT]
    return {name: getattr(stores, name) for name in names}


def _a_host_that_died(cloud: Cloud) -> None:
    """It owned a line; nobody hears from it any more."""
    w = cloud.world
    w.hosts.register(Host(OTHER_HOST, "", 1, w.clock.now(), 8))
    want_running(w, B)
    assert w.sessions.acquire(B, OTHER_HOST, "q", w.clock.now())


async def _lines(cloud: Cloud, host: RunningHost) -> None:
    """A line is taken, hears, is asked something."""
    with cloud.unrecorded():
        want_running(cloud.world, A)
        host.pages.phone(A).linked = True
    host.services.session_starts.announce(A)
    await host.pass_(5)
    assert host.session(A).owner == "host-1"
    host.page(A).hear(message_seen(host.clock.now()))
    with cloud.unrecorded():
        cloud.world.commands.put(_asked(host))
    await host.pass_(60)


def _asked(host: RunningHost) -> Command:
    session = host.session(A)
    now = host.clock.now()
    return Command(new_id(), A, CommandKind.PAIRING_CODE, "15550001111", now, session.epoch)


async def _sends(cloud: Cloud, host: RunningHost) -> None:
    """One goes, one is refused for good, one may have left, one is paused for a ban."""
    phone = host.pages.phone(A)
    for number, fault in ((1, None), (2, Fault.REJECT), (3, Fault.CRASH_AFTER_HAND_OVER)):
        phone.fault, phone.faults_left = fault, {2: 3}.get(number, 1)
        with cloud.unrecorded():
            entry = ready(cloud.world, number)
            SqsWakeUps(sqs_client()).wake(host.queue_url(A), A, entry.message_id)
        await host.pass_(400)
    host.page(A).emit(Restricted("temporary_ban", None))
    await host.pass_(5)


async def _logins(cloud: Cloud, host: RunningHost) -> None:
    """Stored, more often than are kept; restored by the next owner; forgotten when it ends."""
    profile = host.services.profiles / A / "Default" / "Preferences"
    for number in range(5):
        profile.parent.mkdir(parents=True, exist_ok=True)
        profile.write_text(str(number))
        await host.pass_(61)
    with cloud.unrecorded():
        cloud.world.sessions.want(A, Wanted.STOPPED, host.clock.now())
    await host.pass_(60)
    with cloud.unrecorded():
        cloud.world.sessions.want(A, Wanted.RUNNING, host.clock.now())
        lease = cloud.world.sessions.acquire(A, OTHER_HOST, "q", host.clock.now())
        session = host.session(A)
        cloud.world.sessions.release(lease, session.status, session.reason, host.clock.now())
    host.services.session_starts.announce(A)
    await host.pass_(60)
    host.page(A).unlink("logged_out")
    await host.pass_(60)
