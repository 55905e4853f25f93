"""Silent hosts are fenced on the observer's own clock, and only when the table can be trusted."""

from dataclasses import dataclass, field, replace

import pytest
from tests.support.builders import HOST, OTHER_HOST, A, B, owned_line, seconds
from tests.support.world import World

from switchboard.adapters.memory.clock import MemoryClock
from switchboard.adapters.memory.wake_ups import MemoryHostQueue, MemoryHostQueues
from switchboard.application.observe_hosts import Observations, ObserveHosts
from switchboard.domain.host import REMOVED_AFTER, RING_KNOWN_FOR, Host, to_observe
from switchboard.domain.ids import HostId
from switchboard.domain.session import Reason, SessionStatus


@dataclass
class SlowLooks:
    """A registry whose looks take a while on the observer's clock."""

    hosts: object
    clock: MemoryClock
    lasting: float = 0.0

    def look(self, host_ids):
        return self._slowly(self.hosts.look, host_ids)

    def following(self, host_id):
        return self._slowly(self.hosts.following, host_id)

    def _slowly(self, call, *arguments):
        self.clock.advance(seconds(self.lasting / 2))
        answer = call(*arguments)
        self.clock.advance(seconds(self.lasting / 2))
        return answer

    def __getattr__(self, name):
        return getattr(self.hosts, name)


@dataclass
class Observer:
    """One observer with its observations."""

    world: World
    host_id: HostId = OTHER_HOST
    observations: Observations = field(default_factory=Observations)

    def __post_init__(self) -> None:
        w = self.world
        self.slow = SlowLooks(w.hosts, w.clock)
        queues = MemoryHostQueues(w.wake_ups)
        self.observe = ObserveHosts(
            self.host_id, self.slow, w.sessions, w.session_starts, queues, w.clock, w.metrics
        )

    def look(self, *, after: float = 0.0) -> None:
        self.world.advance(seconds=after)
        self.observe(self.observations)

    def look_for(self, count: float) -> None:
        """Look every five seconds for so long."""
        for _ in range(int(count // 5)):
            self.look(after=5)


@pytest.fixture
def silent(backend: World) -> Host:
    """A host that registered and was not heard of again; it has a line and a queue."""
    registered = Host(
        HOST, MemoryHostQueue(backend.wake_ups).create(HOST), 1, backend.clock.now(), 8
    )
    backend.hosts.register(registered)
    owned_line(backend, A)
    return registered


@pytest.fixture
def observer(backend: World, silent: Host) -> Observer:
    return Observer(backend)


def is_fenced(w: World, host_id: HostId = HOST) -> bool:
    host = w.hosts.read(host_id)
    return host is None or host.fenced


def test_a_silent_host_is_fenced_and_its_lines_are_offered(
    backend: World, silent: Host, observer: Observer
) -> None:
    observer.look()
    observer.look_for(15)
    observer.look(after=4.9)
    assert backend.sessions.read(A).owner == HOST
    observer.look(after=0.1)
    session = backend.sessions.read(A)
    assert (session.owner, session.status) == (None, SessionStatus.DISCONNECTED)
    assert session.reason is Reason.HOST_LOST
    assert backend.session_starts.sent == [A]
    assert not backend.hosts.beat(replace(silent, heartbeat_seq=2))


def test_a_fenced_hosts_item_and_queue_are_gone_once_it_has_no_lines(
    backend: World, observer: Observer
) -> None:
    observer.look()
    observer.look_for(20)
    observer.look_for(REMOVED_AFTER.total_seconds() - 25)
    assert backend.hosts.read(HOST).fenced
    assert backend.wake_ups.queues, "a line may turn up late"
    observer.look_for(10)
    assert backend.hosts.read(HOST) is None
    assert backend.wake_ups.queues == {}


def test_an_end_that_an_observer_left_half_way_is_finished_by_another(
    backend: World, silent: Host, observer: Observer
) -> None:
    assert backend.hosts.fence(silent), "then the first observer died"
    observer.look()
    observer.look_for(5)
    assert backend.sessions.read(A).owner is None
    observer.look_for(REMOVED_AFTER.total_seconds())
    assert backend.hosts.read(HOST) is None


def test_a_line_that_a_fenced_host_acquired_in_its_last_moment_is_freed(
    backend: World, observer: Observer
) -> None:
    observer.look()
    observer.look_for(20)
    late = owned_line(backend, B, HOST)
    observer.look_for(5)
    assert backend.sessions.read(B).owner is None
    assert backend.sessions.read(B).epoch == late.epoch
    assert backend.session_starts.sent == [A, B]


def test_a_queue_that_cannot_be_removed_is_removed_later(
    backend: World, observer: Observer
) -> None:
    observer.look()
    observer.look_for(REMOVED_AFTER.total_seconds() - 5)
    backend.wake_ups.down = True
    with pytest.raises(Exception, match="do not answer"):
        observer.look(after=5)
    assert backend.hosts.read(HOST) is not None
    backend.wake_ups.down = False
    observer.look(after=5)
    assert (backend.hosts.read(HOST), backend.wake_ups.queues) == (None, {})


def test_a_host_that_beats_is_left_alone(backend: World, silent: Host, observer: Observer) -> None:
    observer.look()
    for number in range(2, 12):
        observer.look_for(15)
        assert backend.hosts.beat(replace(silent, heartbeat_seq=number))
    assert not is_fenced(backend)


def test_its_wall_clock_does_not_matter(backend: World, silent: Host, observer: Observer) -> None:
    """A host whose clock is a day late or early beats all the same."""
    observer.look()
    for number, skew in enumerate((-86_400, 0, 86_400), 2):
        at = backend.clock.now() + seconds(skew)
        observer.look_for(10)
        assert backend.hosts.beat(replace(silent, heartbeat_seq=number, heartbeat_at=at))
        observer.look()
    assert not is_fenced(backend)


def test_an_observer_that_could_not_look_starts_anew(backend: World, observer: Observer) -> None:
    observer.look()
    observer.look_for(10)
    observer.look(after=10.1)
    assert not is_fenced(backend), "what kept it from looking may have kept the host from beating"
    observer.look_for(15)
    assert not is_fenced(backend)
    observer.look_for(5)
    assert is_fenced(backend)


def test_an_observer_whose_own_renewal_failed_starts_anew(
    backend: World, observer: Observer
) -> None:
    observer.look()
    observer.look_for(15)
    observer.observations.restart()
    observer.look_for(20)
    assert not is_fenced(backend)
    observer.look_for(5)
    assert is_fenced(backend)


def test_the_time_that_looks_take_is_not_silence(backend: World, observer: Observer) -> None:
    """The number was read at some moment of a look: the first one's end counts, the last's start."""
    observer.slow.lasting = 4.0
    observer.look()
    read_by = backend.clock.monotonic()
    while not is_fenced(backend):
        began = backend.clock.monotonic() + 2
        observer.look(after=2)
    assert 20 <= began - read_by < 26


def test_a_host_watches_its_three_successors_only(backend: World) -> None:
    others = [HostId(f"host-{number}") for number in range(10)]
    for name in [*others, HostId("me")]:
        backend.hosts.register(Host(name, "", 1, backend.clock.now(), 8))
    observer = Observer(backend, HostId("me"))
    watched = set(to_observe(backend.hosts.following(HostId("me"))))
    observer.look()
    observer.look_for(20)
    assert {name for name in others if is_fenced(backend, name)} == watched
    observer.look_for(RING_KNOWN_FOR.total_seconds() + 20)
    assert sum(is_fenced(backend, name) for name in others) == 6, "then the next three"


def test_who_joins_is_watched_within_half_a_minute(backend: World, observer: Observer) -> None:
    observer.look()
    observer.look_for(5)
    newcomer = HostId("newcomer")
    backend.hosts.register(Host(newcomer, "", 1, backend.clock.now(), 8))
    observer.look_for(25 + 20)
    assert is_fenced(backend, newcomer)


def test_only_the_silent_hosts_lines_are_freed(backend: World, observer: Observer) -> None:
    theirs = owned_line(backend, B, HostId("host-3"))
    observer.look()
    observer.look_for(25)
    assert backend.sessions.read(B).lease == theirs
