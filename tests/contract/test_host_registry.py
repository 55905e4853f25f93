"""`HostRegistry`: heartbeats, and the fence of a silent host."""

from dataclasses import replace

import pytest
from tests.support.builders import HOST, OTHER_HOST, seconds
from tests.support.world import World

from switchboard.domain.host import Host, following
from switchboard.domain.ids import HostId


@pytest.fixture
def host(backend: World) -> Host:
    registered = Host(HOST, "queue", 1, backend.clock.now(), 8)
    backend.hosts.register(registered)
    return registered


def next_beat(host: Host) -> Host:
    return replace(host, heartbeat_seq=host.heartbeat_seq + 1)


def test_register_is_read_back_whole(backend: World, host: Host) -> None:
    assert backend.hosts.read(HOST) == host
    assert backend.hosts.read(OTHER_HOST) is None


def test_beat_replaces_what_a_heartbeat_says(backend: World, host: Host) -> None:
    beat = replace(
        host, heartbeat_seq=2, heartbeat_at=host.heartbeat_at + seconds(5), used=3, draining=True
    )
    assert backend.hosts.beat(beat)
    assert backend.hosts.read(HOST) == beat


def test_beat_returns_false_when_the_host_was_removed(backend: World, host: Host) -> None:
    backend.hosts.remove(HOST)
    assert not backend.hosts.beat(next_beat(host))
    assert backend.hosts.read(HOST) is None
    backend.hosts.remove(HOST)


def test_beat_returns_false_when_the_host_is_fenced(backend: World, host: Host) -> None:
    assert backend.hosts.fence(host)
    assert not backend.hosts.beat(next_beat(host))
    stored = backend.hosts.read(HOST)
    assert (stored.fenced, stored.heartbeat_seq) == (True, 1)


def test_look_gives_those_that_are_there(backend: World, host: Host) -> None:
    other = replace(host, id=OTHER_HOST, heartbeat_seq=7)
    backend.hosts.register(other)
    backend.hosts.fence(other)
    names = [HOST, HostId("nobody"), OTHER_HOST]
    seen = {each.id: (each.heartbeat_seq, each.fenced) for each in backend.hosts.look(names)}
    assert seen == {HOST: (1, False), OTHER_HOST: (7, True)}
    assert list(backend.hosts.look([])) == []


def test_a_wish_to_drain_outlives_the_next_beats(backend: World, host: Host) -> None:
    assert backend.hosts.ask_to_drain(HOST)
    assert backend.hosts.beat(next_beat(host))
    assert backend.hosts.read(HOST) == replace(next_beat(host), drain_asked=True)
    assert not backend.hosts.ask_to_drain(OTHER_HOST)
    assert backend.hosts.read(OTHER_HOST) is None


def test_fence_returns_false_when_the_heartbeat_moved(backend: World, host: Host) -> None:
    assert backend.hosts.beat(next_beat(host))
    assert not backend.hosts.fence(host)
    assert not backend.hosts.read(HOST).fenced
    assert backend.hosts.beat(next_beat(next_beat(host)))


def test_fence_of_an_unknown_host_makes_none(backend: World, host: Host) -> None:
    assert not backend.hosts.fence(replace(host, id=OTHER_HOST))
    assert backend.hosts.read(OTHER_HOST) is None


def test_following_goes_once_around_the_ring(backend: World, host: Host) -> None:
    names = [HostId(f"another-{number}") for number in range(60)]
    for name in names:
        backend.hosts.register(replace(host, id=name))
    expected = [each.id for each in following(HOST, backend.hosts.all())]
    assert sorted(expected) == sorted(names)
    assert [each.id for each in backend.hosts.following(HOST)] == expected
    nearest = {name: following(name, backend.hosts.all())[0] for name in names}
    assert {name: next(backend.hosts.following(name)) for name in names} == nearest
    backend.hosts.remove(HOST)
    assert [each.id for each in backend.hosts.following(HOST)] == expected


def test_following_is_nobody_where_a_host_is_alone(backend: World, host: Host) -> None:
    assert list(backend.hosts.following(HOST)) == []


def test_all_lists_every_host_once(backend: World, host: Host) -> None:
    names = [HostId(f"host-{number}") for number in range(2, 12)]
    for name in names:
        backend.hosts.register(replace(host, id=name))
    backend.hosts.remove(names[0])
    assert sorted(each.id for each in backend.hosts.all()) == sorted([HOST, *names[1:]])
