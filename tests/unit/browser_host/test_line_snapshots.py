"""A line's login over the memory adapters: kept, restored, forgotten, never left behind."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.builders import A, owned_line
from tests.support.world import World, memory_world

from browser_host.profiles.sealing import Sealing
from browser_host.snapshots import LineSnapshots
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.errors import Ownership
from switchboard.domain.ids import HostId
from switchboard.domain.session import Lease, Reason, SessionStatus
from switchboard.domain.snapshot import KEPT_GENERATIONS


@pytest.fixture
def w() -> World:
    return memory_world()


@pytest.fixture
def store() -> MemorySnapshotStore:
    return MemorySnapshotStore()


NUMBERS = itertools.count()


def line(w: World, store: MemorySnapshotStore, disk: Path, lease: Lease) -> LineSnapshots:
    return LineSnapshots(
        lease,
        disk / A,
        w.sessions,
        Sealing(store),
        InlineBlocking(),
        InlineBlocking(),
        w.metrics,
        lambda: f"{next(NUMBERS):04d}",
        lambda: True,
    )


def log_in(login: LineSnapshots, word: str) -> None:
    """What a browser leaves in its profile."""
    (login.profile / "Default").mkdir(parents=True, exist_ok=True)
    (login.profile / "Default/Preferences").write_text(word)


def logged_in(login: LineSnapshots) -> str | None:
    path = login.profile / "Default/Preferences"
    return path.read_text() if path.exists() else None


def next_owner(w: World, old: Lease, host: str = "host-2") -> Lease:
    now = w.clock.now()
    w.sessions.release(old, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
    lease = w.sessions.acquire(A, HostId(host), "queue", now)
    assert lease is not None
    return lease


async def test_another_host_goes_on_with_the_login(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    log_in(here, "linked")
    await here.take(None)
    there = line(w, store, tmp_path / "there", next_owner(w, here.lease))
    await there.restore()
    assert logged_in(there) == "linked"


async def test_a_profile_that_did_not_change_is_not_stored_again(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "linked")
    for _ in range(3):
        await login.take(None)
    assert len(store.packs) == 1


async def test_the_last_generations_stay_and_older_ones_go(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    for number in range(KEPT_GENERATIONS + 2):
        log_in(login, f"state {number} " * (number + 1))
        await login.take(None)
    published = w.sessions.read(A).snapshots
    assert len(published) == len(store.packs) == KEPT_GENERATIONS
    assert sorted(published, reverse=True) == list(published)


@pytest.mark.parametrize("damage", ["missing", "cut", "not ours"])
async def test_a_damaged_newest_one_falls_back(
    w: World, store: MemorySnapshotStore, tmp_path: Path, damage: str
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    for word in ("older", "newest one"):
        log_in(here, word)
        await here.take(None)
    newest = max(store.packs)
    pack = store.packs.pop(newest)
    if damage != "missing":
        store.packs[newest] = pack[: len(pack) // 2] if damage == "cut" else b"nonsense"
    there = line(w, store, tmp_path / "there", next_owner(w, here.lease))
    await there.restore()
    assert logged_in(there) == "older"
    assert [path.name for path in (tmp_path / "there").iterdir()] == [A]


async def test_a_former_owner_publishes_nothing(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    former = line(w, store, tmp_path / "here", owned_line(w))
    await former.restore()
    log_in(former, "stale")
    next_owner(w, former.lease)
    with pytest.raises(Ownership):
        await former.take(None)
    assert w.sessions.read(A).snapshots == ()


async def test_a_host_that_fenced_itself_publishes_nothing(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = replace(line(w, store, tmp_path, owned_line(w)), may_write=lambda: False)
    await login.restore()
    log_in(login, "linked")
    await login.take(None)
    assert w.sessions.read(A).snapshots == ()


async def test_what_lies_on_disk_is_newer_when_nobody_held_the_line_since(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "stored")
    await login.take(None)
    log_in(login, "newer than the snapshot")
    again = line(w, store, tmp_path, next_owner(w, login.lease, "host-1"))
    await again.restore()
    assert logged_in(again) == "newer than the snapshot"


async def test_what_lies_on_disk_is_stale_when_another_host_held_the_line_since(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    log_in(here, "old")
    await here.take(None)
    there = line(w, store, tmp_path / "there", next_owner(w, here.lease))
    await there.restore()
    log_in(there, "what the other host left")
    await there.take(None)
    back = line(w, store, tmp_path / "here", next_owner(w, there.lease, "host-1"))
    await back.restore()
    assert logged_in(back) == "what the other host left"


async def test_a_login_that_ended_is_restored_by_nobody(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "linked")
    await login.take(None)
    await login.forget()
    assert store.packs == {}
    assert w.sessions.read(A).snapshots == ()
    assert not login.profile.exists()


async def test_no_login_stays_on_disk_unless_it_is_the_only_one(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "linked a moment ago")
    await login.leave()
    assert logged_in(login) == "linked a moment ago"
    await login.take(None)
    await login.leave()
    assert not login.profile.exists()
