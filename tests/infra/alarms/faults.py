"""Faults staged on the real code, one an alarm on a metric of ours."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.infra.alarms.evaluation import Point, points
from tests.infra.permissions.stack import Stack
from tests.infra.templates import ROOT
from tests.support.answering import answering
from tests.support.builders import OTHER_HOST, A, accepted, message_seen, ready, want_running
from tests.support.sweeping import sweeper
from tests.support.world import World, memory_world
from tests.unit.browser_host.host import RunningHost, a_host, serving

from switchboard.adapters.emf.metrics import EmfMetrics
from switchboard.adapters.memory.agent import ScriptedAgent
from switchboard.adapters.memory.phone import Fault
from switchboard.application.authorize import Authorize
from switchboard.domain.channel_events import Restricted
from switchboard.domain.errors import PageChanged
from switchboard.domain.host import Host
from switchboard.domain.ids import conversation_id
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.session import Reason, SessionStatus
from switchboard.domain.snapshot import Snapshot
from switchboard.ports.agent import AgentReply

STACK = Stack(ROOT / "template.yaml", {"Stage": "test"}, {})


def environments() -> dict[str, dict[str, str]]:
    """The variables that the templates give to each entry point, by what it calls itself."""
    shared = STACK.body["Globals"]["Function"]["Environment"]["Variables"]
    found = {}
    for name in STACK.all_of("AWS::Serverless::Function"):
        own = STACK.resource(name)["Properties"]["Environment"]["Variables"]
        found[name.removesuffix("Function").lower()] = STACK.value(shared | own)
    hosts = STACK.child("BrowserHost")
    (container,) = hosts.resource("Task")["Properties"]["ContainerDefinitions"]
    found["browser-host"] = {
        one["Name"]: hosts.value(one["Value"]) for one in container["Environment"]
    }
    return found


ENVIRONMENTS = environments()


@dataclass
class Stage:
    """An empty world that counts as on AWS; `told` is what CloudWatch would know."""

    disk: Path
    world: World = field(default_factory=memory_world)
    stream: io.StringIO = field(default_factory=io.StringIO)

    def counting(self, service: str) -> EmfMetrics:
        return EmfMetrics(
            ENVIRONMENTS[service]["METRICS_NAMESPACE"], service, self.world.clock, self.stream
        )

    def told(self) -> list[Point]:
        return points(self.stream.getvalue().splitlines())

    def host(self, capacity: int = 8) -> RunningHost:
        self.world.clock.by_hand = True
        self.world.metrics = self.counting("browser-host")
        return a_host(self.world, self.disk, "host-1", capacity)


type Staged = Callable[[Stage], Awaitable[None]]


async def _crashes(stage: Stage, times: int) -> None:
    host = stage.host()
    async with serving(host):
        await host.take(A)
        for _ in range(times):
            host.page(A).crash()
            await host.pass_(30)


async def a_page_dies(stage: Stage) -> None:
    await _crashes(stage, 1)


async def a_page_dies_too_often(stage: Stage) -> None:
    await _crashes(stage, 6)


async def the_page_changed(stage: Stage) -> None:
    host = stage.host()
    host.pages.failure = PageChanged("no Store.Conn")
    async with serving(host):
        host.announce(A)
        await host.pass_(5)


async def an_error_nobody_foresaw(stage: Stage) -> None:
    host = stage.host()
    host.pages.failure = RuntimeError("nobody foresaw this")
    async with serving(host):
        host.announce(A)
        await host.pass_(5)


async def a_host_falls_silent(stage: Stage) -> None:
    host = stage.host()
    stage.world.hosts.register(Host(OTHER_HOST, "q", 1, stage.world.clock.now(), 8))
    async with serving(host):
        await host.pass_(40)


async def the_table_does_not_answer(stage: Stage) -> None:
    host = stage.host()
    async with serving(host):
        host.wire.cut.add("HostRegistry.beat")
        await host.pass_(200)


async def a_host_is_full(stage: Stage) -> None:
    host = stage.host(capacity=1)
    async with serving(host):
        await host.take(A)
        await host.pass_(60)


async def whatsapp_restricts(stage: Stage) -> None:
    host = stage.host()
    async with serving(host):
        await host.take(A)
        host.page(A).emit(Restricted("temporary_ban", None))
        await host.settle()


async def whatsapp_logs_out(stage: Stage) -> None:
    host = stage.host()
    async with serving(host):
        await host.take(A)
        host.page(A).unlink("logged_out")
        await host.settle()


async def an_ack_never_comes(stage: Stage) -> None:
    host = stage.host()
    ready(stage.world, 1)
    host.pages.phone(A).fault = Fault.CRASH_AFTER_HAND_OVER
    host.pages.phone(A).faults_left = 1
    async with serving(host):
        await host.take(A)
        await host.pass_(60)


async def a_login_cannot_be_stored(stage: Stage) -> None:
    """The browser left a database that it could not open itself."""
    host = stage.host()
    async with serving(host):
        await host.take(A)
        database = host.services.profiles / A / "Default/IndexedDB/page.indexeddb.leveldb"
        database.mkdir(parents=True)
        (database / "CURRENT").write_text("MANIFEST-000001\n")
        await host.pass_(960)


async def a_stored_login_is_lost(stage: Stage) -> None:
    """The line names a snapshot that the bucket does not have."""
    host, w = stage.host(), stage.world
    want_running(w, A)
    lease = w.sessions.acquire(A, OTHER_HOST, "q", w.clock.now())
    w.sessions.publish(lease, (Snapshot(A, 1, "lost").generation,))
    w.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, w.clock.now())
    async with serving(host):
        w.session_starts.announce(A)
        await host.pass_(5)


async def things_were_left_behind(stage: Stage) -> None:
    want_running(stage.world)
    accepted(stage.world, 1)
    stage.world.receive(InboundEvent(A, 1, message_seen(stage.world.clock.now())))
    stage.world.advance(seconds=90)
    sweeper(stage.world, metrics=stage.counting("sweeper"))()


async def an_answer_takes_a_minute(stage: Stage) -> None:
    w = stage.world
    want_running(w)
    w.receive(InboundEvent(A, 1, message_seen(w.clock.now())))
    w.advance(seconds=60)
    contact = w.inbox.contact_at(A, message_seen(w.clock.now()).chat_id)
    w.metrics = stage.counting("answer")
    answer = answering(w, ScriptedAgent(lambda _: AgentReply("hello")))
    answer(A, conversation_id(contact.id), 1)


async def somebody_guesses_keys(stage: Stage) -> None:
    Authorize(stage.world.keys, stage.counting("authorizer"))("sb_guess")


FAULTS: dict[str, Staged] = {
    "HostsFencedAlarm": a_host_falls_silent,
    "HeartbeatsFailedAlarm": the_table_does_not_answer,
    "LinesWaitingAlarm": things_were_left_behind,
    "WaitingLinesAlarm": things_were_left_behind,
    "HostLoadAlarm": a_host_is_full,
    "LineFailuresAlarm": an_error_nobody_foresaw,
    "ConnectionErrorsAlarm": a_page_dies,
    "PageChangedAlarm": the_page_changed,
    "ReconnectsExhaustedAlarm": a_page_dies_too_often,
    "SendingPausedAlarm": whatsapp_restricts,
    "LoggedOutAlarm": whatsapp_logs_out,
    "SendsUnknownAlarm": an_ack_never_comes,
    "SnapshotsFailedAlarm": a_login_cannot_be_stored,
    "SnapshotsUnusableAlarm": a_stored_login_is_lost,
    "PendingSweptAlarm": things_were_left_behind,
    "UnansweredSweptAlarm": things_were_left_behind,
    "ReplyTimeAlarm": an_answer_takes_a_minute,
    "KeysRefusedAlarm": somebody_guesses_keys,
}
LASTING = {"HeartbeatsFailedAlarm", "SnapshotsFailedAlarm"}
"""Staged for as long as the alarm takes: one host, one line, at its own pace, is enough to ring."""
LINES, HOSTS = (int(STACK.parameters[name]) for name in ("LinesPerHost", "MaxHosts"))
VALUES: dict[str, int] = {
    "ConnectionErrorsAlarm": HOSTS * LINES,  # each line of a deployment of the default size once
    "LoggedOutAlarm": LINES,  # each line of one host
    "SendsUnknownAlarm": LINES,  # one send of each line of one host
    "KeysRefusedAlarm": 5 * 60 * 2,  # two guesses a second
}
"""How often a trouble tells its metric in one period, where the alarm is not to ring at the first."""
