"""A line's login over the memory adapters: kept, restored, forgotten, never left behind."""

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.builders import A, owned_line
from tests.support.world import World, memory_world

from browser_host.build_gate import BuildGate
from browser_host.generations import Generations
from browser_host.profiles.disk import Disk
from browser_host.profiles.sealing import Sealing
from browser_host.snapshots import LineSnapshots
from browser_host.threads import Threads
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.adapters.memory.channel_provider import MemoryLinkedPageOpener
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.build_rule import NewerBuilds
from switchboard.domain.errors import Ownership
from switchboard.domain.ids import HostId
from switchboard.domain.session import Lease, Reason, SessionStatus
from switchboard.domain.snapshot import KEPT_GENERATIONS, snapshot_of


@pytest.fixture
def w() -> World:
    return memory_world()


@pytest.fixture
def store() -> MemorySnapshotStore:
    return MemorySnapshotStore()


NUMBERS = itertools.count()


def line(
    w: World, store: MemorySnapshotStore, disk: Path, lease: Lease, gate: BuildGate | None = None
) -> LineSnapshots:
    inline = InlineBlocking()
    return LineSnapshots(
        lease,
        Disk(disk),
        Generations(lease, w.sessions, store, inline, inline),
        Sealing(store),
        inline,
        inline,
        w.metrics,
        lambda: f"{next(NUMBERS):04d}",
        lambda: True,
        gate or gate_of(w),
    )


def gate_of(
    w: World, build: str = "156.0.1.2", newer: NewerBuilds = NewerBuilds.CANARY
) -> BuildGate:
    opener = MemoryLinkedPageOpener(w.clock, chromium=build)
    return BuildGate(opener.build, newer, w.clock)


def log_in(login: LineSnapshots, word: str) -> None:
    """What a browser leaves in its profile."""
    (login.profile / "Default").mkdir(parents=True, exist_ok=True)
    (login.profile / "Default/Preferences").write_text(word)


def logged_in(login: LineSnapshots) -> str | None:
    path = login.profile / "Default/Preferences"
    return path.read_text() if path.exists() else None


def next_owner(w: World, former: LineSnapshots, host: str = "host-2") -> Lease:
    now = w.clock.now()
    former.disk.release(former.profile)  # the kernel does it when a host dies
    old = former.lease
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
    there = line(w, store, tmp_path / "there", next_owner(w, here))
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
    assert len(store.stored) == 1


async def test_the_last_generations_stay_and_older_ones_go(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    for number in range(KEPT_GENERATIONS + 2):
        log_in(login, f"state {number} " * (number + 1))
        await login.take(None)
    published = w.sessions.read(A).snapshots
    assert len(published) == len(store.manifests) == KEPT_GENERATIONS
    assert sorted(published, reverse=True) == list(published)


async def test_packs_stay_as_long_as_a_kept_generation_needs_them(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "never changes again")
    names = ("Cookies", "Cookies-journal")
    for number in range(KEPT_GENERATIONS + 4):
        (login.profile / "Default" / names[number % 2]).write_text(f"state {number} " * 9)
        await login.take(None)
    published = w.sessions.read(A).snapshots
    needed = {pack for each in published for pack in store.manifests[snapshot_of(A, each).key]}
    assert {snapshot_of(A, each).key for each in needed} == set(store.stored)
    assert len(store.stored) == KEPT_GENERATIONS + 2, "the first one, and the one before the oldest"
    for number, generation in enumerate(published):
        folder = tmp_path / f"restored-{number}"
        folder.mkdir()
        login.sealing.unseal(snapshot_of(A, generation), folder, await login.gate.rule())
        assert (folder / "Default/Preferences").read_text() == "never changes again"


@pytest.mark.parametrize("manifest", [None, {}, {"1/another": 5}])
async def test_a_damaged_manifest_of_an_older_generation_costs_no_pack(
    w: World, store: MemorySnapshotStore, tmp_path: Path, manifest: dict[str, int] | None
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    cookies = here.profile / "Default/Cookies"
    for word, held in (("oldest", "jar"), ("older", "jar"), ("newest", "other jar")):
        log_in(here, word)
        cookies.write_text(held)
        await here.take(None)
    older = snapshot_of(A, w.sessions.read(A).snapshots[1])
    good = store.manifests.pop(older.key)
    if manifest is not None:
        store.manifests[older.key] = manifest
    there = line(w, store, tmp_path / "there", next_owner(w, here))
    await there.restore()
    log_in(there, "went on")
    await there.take(None)
    store.manifests[older.key] = good
    (tmp_path / "older").mkdir()
    there.sealing.unseal(older, tmp_path / "older", await there.gate.rule())
    for number in range(KEPT_GENERATIONS):
        log_in(there, f"and on {number}")
        await there.take(None)
    assert older.key not in store.stored, "it goes once all that is kept is known"


async def test_a_former_owner_deletes_nothing_that_its_successor_needs(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    former = line(w, store, tmp_path / "here", owned_line(w))
    await former.restore()
    log_in(former, "linked")
    await former.take(None)
    there = line(w, store, tmp_path / "there", next_owner(w, former))
    await there.restore()
    (there.profile / "Default/Cookies").write_text("newer")
    await there.take(None)
    before = dict(store.stored)
    (former.profile / "Default/Cookies").write_text("stale")
    with pytest.raises(Ownership):
        await former.take(None)
    assert before.items() <= store.stored.items()
    store.dispose(A, (), former.lease.epoch - 1)
    assert before.items() <= store.stored.items()


@pytest.mark.parametrize("damage", ["missing", "cut", "not ours"])
async def test_a_damaged_newest_one_falls_back(
    w: World, store: MemorySnapshotStore, tmp_path: Path, damage: str
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    for word in ("older", "newest one"):
        log_in(here, word)
        await here.take(None)
    newest = max(store.stored)
    pack = store.stored.pop(newest)
    if damage != "missing":
        store.stored[newest] = pack[: len(pack) // 2] if damage == "cut" else b"nonsense"
    there = line(w, store, tmp_path / "there", next_owner(w, here))
    await there.restore()
    assert logged_in(there) == "older"
    assert [path.name for path in (tmp_path / "there").glob("[!.]*")] == [A]
    assert list((tmp_path / "there").glob(".scratch-*")) == []


async def test_a_former_owner_publishes_nothing(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    former = line(w, store, tmp_path / "here", owned_line(w))
    await former.restore()
    log_in(former, "stale")
    next_owner(w, former)
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
    again = line(w, store, tmp_path, next_owner(w, login, "host-1"))
    await again.restore()
    assert logged_in(again) == "newer than the snapshot"


async def test_what_lies_on_disk_and_is_no_login_any_more_makes_way_for_what_is_stored(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "stored")
    await login.take(None)
    log_in(login, "wiped by the browser")
    again = line(w, store, tmp_path, next_owner(w, login, "host-1"))
    await again.restore()
    assert await again.rejected()
    await again.restore()
    assert logged_in(again) == "stored"
    assert await again.rejected()
    await again.restore()
    assert logged_in(again) is None
    await again.restore()  # the next page of a line that waits for a scan
    assert not await again.rejected()


async def test_what_would_be_sent_again_from_the_disk_makes_way_for_what_is_stored(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    async def repeats() -> bool:
        return True

    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "with an unsent message")
    login.repeats = repeats
    await login.restore()
    assert logged_in(login) == "with an unsent message", "it is the only login"
    log_in(login, "stored at rest")
    await login.take(None)
    log_in(login, "with an unsent message")
    await login.restore()
    assert logged_in(login) == "stored at rest"


async def test_a_page_that_shows_a_qr_keeps_its_profile_while_nothing_is_stored(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    for _ in range(2):
        await login.restore()
        assert not await login.rejected()
        log_in(login, "a page without a login")
    assert logged_in(login) == "a page without a login"


async def test_what_a_ready_page_left_is_not_doubted_when_its_login_ends(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "linked")
    await login.take(None)
    await login.restore()
    login.accepted()
    assert not await login.rejected()


async def test_what_lies_on_disk_is_stale_when_another_host_held_the_line_since(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    here = line(w, store, tmp_path / "here", owned_line(w))
    await here.restore()
    log_in(here, "old")
    await here.take(None)
    there = line(w, store, tmp_path / "there", next_owner(w, here))
    await there.restore()
    log_in(there, "what the other host left")
    await there.take(None)
    back = line(w, store, tmp_path / "here", next_owner(w, there, "host-1"))
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
    assert store.stored == store.manifests == {}
    assert w.sessions.read(A).snapshots == ()
    assert not login.profile.exists()


async def test_no_login_stays_on_disk_unless_it_is_the_only_one(
    w: World, store: MemorySnapshotStore, tmp_path: Path
) -> None:
    login = line(w, store, tmp_path, owned_line(w))
    await login.restore()
    log_in(login, "linked a moment ago")
    login.accepted()
    await login.leave()
    assert logged_in(login) == "linked a moment ago"
    await login.restore()
    await login.take(None)
    await login.leave()
    assert not login.profile.exists()


@pytest.mark.parametrize("after_ms", [1, 4, 12])
async def test_nothing_readable_is_left_when_a_copy_is_cut_short(
    w: World, store: MemorySnapshotStore, tmp_path: Path, after_ms: int
) -> None:
    login = replace(line(w, store, tmp_path, owned_line(w)), blocking=Threads())
    await login.restore()
    log_in(login, "linked")
    blobs = login.profile / "Default/Service Worker"
    for number in range(300):
        (blobs / f"{number}").mkdir(parents=True)
        (blobs / f"{number}/blob").write_bytes(b"a login" * 10_000)
    taking = asyncio.create_task(login.take(None))
    while not list(tmp_path.glob(".scratch-*/profile")):
        await asyncio.sleep(0)
    await asyncio.sleep(after_ms / 1000)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    await login.forget()
    await asyncio.sleep(0.2)
    assert [path for path in tmp_path.rglob("*") if path.name == "blob"] == []
