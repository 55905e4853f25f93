"""Which browser may open which login, and the canary that goes first."""

import asyncio

import pytest
from tests.support.builders import A, B, seconds
from tests.support.world import World, memory_world

from browser_host.build_gate import CANARY_RESTORES, BuildGate
from switchboard.adapters.memory.channel_provider import MemoryLinkedPageOpener
from switchboard.domain.build_rule import BuildRule, NewerBuilds, version
from switchboard.domain.errors import SnapshotAwaitsCanary, SnapshotRefused
from switchboard.domain.snapshot import Builds

OURS = "156.0.7800.12"


@pytest.fixture
def w() -> World:
    empty = memory_world()
    empty.clock.by_hand = True
    return empty


def gate(w: World, newer: NewerBuilds = NewerBuilds.CANARY) -> BuildGate:
    return BuildGate(MemoryLinkedPageOpener(w.clock, chromium=OURS).build, newer, w.clock)


def wrote(chromium: str, backend: str = "leveldb") -> Builds:
    return Builds(chromium, backend, "4.6.0", "2.3000.0")


def test_versions_are_compared_number_by_number() -> None:
    assert version("9.0.0.1") < version("10.0") < version("HeadlessChrome 10.0.2")


@pytest.mark.parametrize(
    ("builds", "newer", "error"),
    [
        (wrote(OURS), False, None),
        (wrote("155.0.7700.1"), True, None),
        (wrote("155.0.7700.1"), False, SnapshotAwaitsCanary),
        (wrote("156.0.7800.13"), True, SnapshotRefused),
        (wrote(OURS, "sqlite"), True, SnapshotRefused),
    ],
)
def test_only_the_same_or_an_older_builds_login_is_opened(
    *, builds: Builds, newer: bool, error: type[SnapshotRefused] | None
) -> None:
    rule = BuildRule(OURS, "leveldb", newer=newer)
    if error is None:
        rule.check(builds)
        return
    with pytest.raises(error) as refused:
        rule.check(builds)
    assert type(refused.value) is error


async def test_one_login_at_a_time_is_tried_until_enough_were_accepted(w: World) -> None:
    canary = gate(w)
    for _ in range(CANARY_RESTORES):
        assert not (await canary.rule()).newer
        assert await canary.admits(A)
        other = asyncio.create_task(canary.admits(B))
        await w.clock.run_for(seconds(5))
        assert not other.done()
        canary.accepted(A)
        await w.clock.run_for(seconds(2))
        assert await other
        canary.left(B)
    assert (await canary.rule()).newer


async def test_a_login_that_was_lost_stops_the_others(w: World) -> None:
    canary = gate(w)
    assert await canary.admits(A)
    other = asyncio.create_task(canary.admits(B))
    await w.clock.run_for(seconds(1))
    canary.lost(A)
    await w.clock.run_for(seconds(2))
    assert not await other
    assert not await canary.admits(A)
    assert not (await canary.rule()).newer


async def test_a_canary_that_tells_nothing_is_not_waited_for_without_end(w: World) -> None:
    canary = gate(w)
    assert await canary.admits(A)
    other = asyncio.create_task(canary.admits(B))
    await w.clock.run_for(seconds(62))
    assert other.done()
    assert not other.result()


@pytest.mark.parametrize(("newer", "allowed"), [("allowed", True), ("refused", False)])
async def test_the_setting_decides_without_a_canary(w: World, newer: str, *, allowed: bool) -> None:
    assert (await gate(w, NewerBuilds(newer)).rule()).newer is allowed
    assert not await gate(w, NewerBuilds(newer)).admits(A)
