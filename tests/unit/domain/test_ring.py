"""The ring on which hosts watch each other."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.host import OBSERVED, Host, following, to_observe
from switchboard.domain.ids import HostId

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ids = st.lists(st.integers(0, 10**6).map(lambda n: f"host-{n}"), unique=True, max_size=12)


def host(name: str, *, fenced: bool = False) -> Host:
    return Host(HostId(name), "", 1, NOW, 8, fenced=fenced)


@given(ids)
def test_every_host_watches_three_others_and_is_watched_by_three(names: list[str]) -> None:
    hosts = [host(name) for name in names]
    watched = [name for me in hosts for name in to_observe(following(me.id, hosts))]
    expected = min(OBSERVED, max(0, len(names) - 1))
    assert sorted(watched) == sorted(names * expected)


@given(ids, st.randoms())
def test_the_order_of_reading_changes_nothing(names: list[str], random) -> None:
    hosts = [host(name) for name in names]
    mixed = random.sample(hosts, len(hosts))
    assert all(
        to_observe(following(me.id, hosts)) == to_observe(following(me.id, mixed)) for me in hosts
    )


@given(ids, st.integers(0, 12))
def test_dead_hosts_are_watched_without_taking_a_living_ones_place(
    names: list[str], dead: int
) -> None:
    hosts = [host(name, fenced=number < dead) for number, name in enumerate(names)]
    alive = {each.id for each in hosts if not each.fenced}
    for me in alive:
        watched = to_observe(following(me, hosts))
        assert me not in watched
        assert len(alive & set(watched)) == min(OBSERVED, len(alive) - 1)
    if alive:
        assert {each.id for each in hosts} - alive <= {
            name for me in alive for name in to_observe(following(me, hosts))
        }, "each fenced host has somebody who finishes its end"


@pytest.mark.parametrize("me", ["host-1", "a newcomer"])
def test_a_host_alone_watches_nobody(me: str) -> None:
    assert to_observe(following(HostId(me), [host(me)])) == ()
