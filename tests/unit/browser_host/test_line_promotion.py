"""Which state of a login is promoted, and what a restored login must prove."""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from tests.support.builders import OTHER_HOST, A, owned_line, ready, seconds
from tests.support.world import World
from tests.unit.browser_host.host import RunningHost, serving

from browser_host.loops.watch import FIRST_SIGN_WITHIN
from browser_host.profiles.disk import Disk
from browser_host.profiles.local_storage import FILE
from browser_host.profiles.worth import mark_epoch
from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.memory.phone import Fault
from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.domain.channel_events import LoginEnded, Paired, QrExhausted
from switchboard.domain.ids import HostId, WaHex
from switchboard.domain.metric import Metric
from switchboard.domain.organization import OnUnknown, Settings
from switchboard.domain.session import (
    MAX_RECONNECT_ATTEMPTS,
    Reason,
    SessionStatus,
    Wanted,
)
from switchboard.domain.snapshot import Snapshot

SETTLED = 20


def log_in(profile: Path, word: str = "linked") -> None:
    """What a browser leaves in a profile."""
    (profile / "Default").mkdir(parents=True, exist_ok=True)
    (profile / "Default/Preferences").write_text(word)


def login_on(host: RunningHost) -> str:
    return (host.services.profiles / A / "Default/Preferences").read_text()


def fail_as_a_full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest_asyncio.fixture
async def linked(host: RunningHost) -> RunningHost:
    """A line that has just been linked."""
    await host.take(A)
    log_in(host.services.profiles / A)
    return host


def lose(host: RunningHost) -> None:
    """Another host is to take the line: this one fell silent."""
    host.wire.cut.add("SessionStarts.take")
    lease = host.session(A).lease
    assert lease is not None
    lost = SessionStatus.DISCONNECTED, Reason.HOST_LOST, host.clock.now()
    host.world.sessions.release(lease, *lost)


async def test_nothing_is_promoted_before_a_page_has_settled(linked: RunningHost) -> None:
    for _ in range(4):
        await linked.pass_(10)
        linked.page(A).set_socket("TIMEOUT")
        await linked.pass_(2)
        linked.page(A).set_socket("CONNECTED")
        await linked.settle()
    assert linked.session(A).snapshots == ()
    await linked.pass_(SETTLED)
    assert len(linked.session(A).snapshots) == 1


async def test_nothing_is_promoted_while_the_page_holds_an_unsent_message(
    linked: RunningHost,
) -> None:
    acks = linked.pages.phone(A).acks
    acks[WaHex("3EB0000000000000000001")] = 0
    await linked.pass_(120)
    assert linked.session(A).snapshots == ()
    acks.clear()
    await linked.pass_(5)
    assert len(linked.session(A).snapshots) == 1


async def test_a_page_that_shows_a_qr_is_never_promoted(host: RunningHost) -> None:
    await host.take(A, linked=False)
    log_in(host.services.profiles / A)
    await host.pass_(50)
    assert host.session(A).status is SessionStatus.WAITING_QR
    assert host.session(A).snapshots == ()


async def test_a_profile_whose_qr_nobody_scanned_does_not_stay(host: RunningHost) -> None:
    await host.take(A, linked=False)
    log_in(host.services.profiles / A, "no login")
    host.page(A).emit(QrExhausted())
    await host.pass_(5)
    assert host.session(A).status is SessionStatus.ERROR
    assert not (host.services.profiles / A).exists()


async def test_local_storage_travels_with_the_profile(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    linked.page(A).local_storage["account"] = "linked"
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    async with serving(there):
        await there.take(A)
        assert login_on(there) == "linked"
        assert there.page(A).local_storage == {"account": "linked"}


async def test_local_storage_lies_beside_the_profile_before_anybody_is_told(
    host: RunningHost,
) -> None:
    await host.take(A, linked=False)
    page = host.page(A)
    page.local_storage["account"] = "linked"
    noted = host.services.profiles / A / FILE
    assert not noted.exists()
    page.scan()
    await host.pass_(1)
    assert host.session(A).status is SessionStatus.CONNECTED
    assert json.loads(noted.read_text())["items"] == {"account": "linked"}


async def test_a_disk_that_takes_no_more_costs_snapshots_and_no_line(host: RunningHost) -> None:
    await host.take(A, linked=False)
    (host.services.profiles / A / FILE).mkdir()  # nothing can be written in its place
    host.page(A).scan()
    await host.pass_(SETTLED)
    assert host.session(A).status is SessionStatus.CONNECTED
    assert not host.session(A).snapshots
    assert host.metrics.total(Metric.SNAPSHOTS_FAILED) > 0
    (host.services.profiles / A / FILE).rmdir()
    await host.pass_(60)
    assert len(host.session(A).snapshots) == 1


async def test_a_disk_that_takes_no_more_ends_no_page_that_was_given_what_it_was_owed(
    linked: RunningHost, make_host: Callable[..., RunningHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.page(A).local_storage["account"] = "linked"
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    monkeypatch.setattr("browser_host.snapshots.given", fail_as_a_full_disk)
    async with serving(there):
        await there.take(A)
        assert there.session(A).status is SessionStatus.CONNECTED
        assert there.opened(A) == 1


async def test_a_restored_login_that_is_none_falls_back_to_the_one_before(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    log_in(linked.services.profiles / A, "worse than it looks")
    await linked.pass_(60)
    assert len(linked.session(A).snapshots) == 2
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    async with serving(there):
        await there.take(A, linked=False)
        assert there.session(A).status is SessionStatus.DISCONNECTED
        assert there.session(A).qr_code is None, "no QR is shown while a login is left to try"
        there.pages.phone(A).linked = True
        await there.pass_(5)
        assert there.session(A).status is SessionStatus.CONNECTED
        assert login_on(there) == "linked"
        assert there.metrics.total(Metric.SNAPSHOTS_UNUSABLE) == 1


async def test_when_no_login_is_accepted_a_qr_is_shown(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    async with serving(there):
        await there.take(A, linked=False)
        await there.pass_(10)
        assert there.session(A).status is SessionStatus.WAITING_QR
        assert len(there.session(A).snapshots) == 1, "kept until there is a better one"


async def two_generations(linked: RunningHost) -> None:
    """An older login and a newer one are stored; another host is to take the line."""
    await linked.pass_(SETTLED)
    log_in(linked.services.profiles / A, "newer, and longer")
    await linked.pass_(60)
    assert len(linked.session(A).snapshots) == 2
    lose(linked)


async def never_ready(host: RunningHost) -> None:
    """One page that shows nothing, and the wait for the next one."""
    await host.pass_(FIRST_SIGN_WITHIN.total_seconds() + 8)


async def test_a_restored_login_on_which_two_pages_never_got_ready_makes_way(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await two_generations(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    there.pages.phone(A).blank = True
    async with serving(there):
        await there.take(A)
        await never_ready(there)
        assert login_on(there) == "newer, and longer", "one may have been an accident"
        there.pages.phone(A).blank = False
        await never_ready(there)
        assert there.session(A).status is SessionStatus.CONNECTED
        assert login_on(there) == "linked"


async def test_the_last_login_is_not_given_up_for_pages_that_never_get_ready(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    there.pages.phone(A).blank = True
    async with serving(there):
        await there.take(A)
        for _ in range(4):
            await never_ready(there)
        assert login_on(there) == "linked"
        assert len(there.session(A).snapshots) == 1


async def test_what_a_crash_left_makes_way_for_what_is_stored(linked: RunningHost) -> None:
    await linked.pass_(SETTLED)
    log_in(linked.services.profiles / A, "damaged by a crash")
    linked.pages.phone(A).blank = True
    linked.page(A).crash()
    await never_ready(linked)
    linked.pages.phone(A).blank = False
    await never_ready(linked)
    assert linked.session(A).status is SessionStatus.CONNECTED
    assert login_on(linked) == "linked"


@dataclass(frozen=True, slots=True)
class FailingDisk(MemorySnapshotStore):
    """Nothing can be written any more."""

    number: int = errno.ENOSPC

    def get(self, snapshot: Snapshot, target: Path) -> int:
        raise OSError(self.number, os.strerror(self.number), str(target / snapshot.id))


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, Reason.HOST_FULL),
        (errno.EDQUOT, Reason.HOST_FULL),
        (errno.EIO, Reason.PAGE_NEVER_READY),
    ],
)
async def test_a_host_whose_disk_takes_no_more_leaves_the_login_to_others(
    linked: RunningHost, make_host: Callable[..., RunningHost], number: int, reason: Reason
) -> None:
    await linked.pass_(SETTLED)
    lose(linked)
    disk = FailingDisk(linked.snapshots.stored, linked.snapshots.manifests, number=number)
    there = make_host(OTHER_HOST, snapshots=disk)
    async with serving(there):
        there.announce(A)
        await there.settle()
        session = there.session(A)
    assert (session.owner, session.wanted) == (None, Wanted.RUNNING)
    assert (session.status, session.reason) == (SessionStatus.DISCONNECTED, reason)
    assert len(session.snapshots) == 1


async def test_an_older_login_is_not_opened_where_the_newest_must_not_be(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    linked.pages.chromium = "157.0.1.1"
    log_in(linked.services.profiles / A, "kept by a newer browser")
    await linked.pass_(60)
    assert len(linked.session(A).snapshots) == 2
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    async with serving(there):
        there.announce(A)
        await there.settle()
        assert there.session(A).reason is Reason.BUILD_REFUSED
        assert there.pages.opened == []
    assert len(there.session(A).snapshots) == 2


async def test_a_line_that_cannot_be_read_at_its_end_leaves_no_login_behind(
    make_host: Callable[..., RunningHost],
) -> None:
    host = make_host()
    async with serving(host) as process:
        await host.take(A)
        log_in(host.services.profiles / A)
        await host.pass_(SETTLED)
        host.wire.cut.add("SessionStore.read")
        host.stop.set()
        await host.pass_(3)
        assert process.done()
    assert not (host.services.profiles / A).exists()


async def test_a_host_with_an_older_browser_leaves_the_login_to_others(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    there.pages.chromium = "155.0.9.9"
    async with serving(there):
        there.announce(A)
        await there.settle()
        session = there.session(A)
    assert (session.owner, session.wanted) == (None, Wanted.RUNNING)
    assert (session.status, session.reason) == (SessionStatus.DISCONNECTED, Reason.BUILD_REFUSED)
    assert there.pages.opened == [], "an empty profile would show a QR and lose the login"
    assert len(session.snapshots) == 1
    assert not (there.services.profiles / A).exists()


async def test_a_newer_browser_tries_one_login_and_then_the_others(
    linked: RunningHost, make_host: Callable[..., RunningHost]
) -> None:
    await linked.pass_(SETTLED)
    lose(linked)
    there = make_host(OTHER_HOST, snapshots=linked.snapshots)
    there.pages.chromium = "157.0.1.1"
    async with serving(there):
        await there.take(A)
        await there.settle()
        assert there.session(A).status is SessionStatus.CONNECTED
        assert login_on(there) == "linked"


async def test_a_profile_that_no_page_can_read_costs_no_stored_login(
    linked: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await linked.pass_(SETTLED)
    before = linked.session(A).snapshots
    unreadable = LoginEnded("cache_storage_open_failed")
    monkeypatch.setattr(MemoryLinkedPage, "begin", lambda page: page.emit(unreadable))
    linked.page(A).emit(unreadable)
    await linked.pass_(600)
    session = linked.session(A)
    assert session.snapshots == before
    assert (session.status, session.wanted) == (SessionStatus.ERROR, Wanted.STOPPED)
    assert linked.opened(A) <= 8


async def test_pages_that_are_put_out_one_after_the_other_end_in_an_error(
    host: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_out = LoginEnded("user_initiated")
    monkeypatch.setattr(MemoryLinkedPage, "begin", lambda page: page.emit(put_out))
    host.announce(A)
    await host.pass_(60)
    assert host.session(A).status is SessionStatus.ERROR
    assert host.opened(A) == 1 + MAX_RECONNECT_ATTEMPTS


async def test_a_login_that_is_to_make_way_stays_while_no_stored_one_can_be_read(
    linked: RunningHost,
) -> None:
    organizations = linked.world.organizations
    organizations.set_settings(A, Settings(on_unknown=OnUnknown.UNCONFIRMED))
    await linked.pass_(SETTLED)
    for key in linked.snapshots.stored:
        linked.snapshots.stored[key] = b"damaged"
    phone = linked.pages.phone(A)
    phone.fault, phone.faults_left = Fault.CRASH_AFTER_HAND_OVER, 1
    entry = ready(linked.world, 1)
    linked.world.wake_ups.wake(linked.queue_url(A), A, entry.message_id)
    await linked.pass_(25)
    assert linked.opened(A) == 2
    assert login_on(linked) == "linked"


async def test_a_login_that_was_just_scanned_outlives_a_drain(host: RunningHost) -> None:
    await host.take(A, linked=False)
    host.page(A).emit(Paired())
    log_in(host.services.profiles / A, "scanned")
    await host.pass_(1)
    host.stop.set()
    await host.pass_(10)
    assert login_on(host) == "scanned"


@pytest.mark.parametrize("when", ["drained before it is restored", "held by another process"])
async def test_a_login_that_this_host_never_had_is_not_removed(
    make_host: Callable[..., RunningHost], world: World, when: str
) -> None:
    lease = owned_line(world, host=HostId("frozen"))
    host = make_host()
    log_in(host.services.profiles / A, "the only one")
    mark_epoch(host.services.profiles / A, lease.epoch)
    world.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, world.clock.now())
    other = Disk(host.services.profiles)
    other.claim(host.services.profiles / A)
    if when == "drained before it is restored":
        host.wire.last["SessionStore.read"] = seconds(1)
    async with serving(host):
        host.announce(A)
        await host.pass_(0.5)
        host.stop.set()
        await host.pass_(20)
    assert login_on(host) == "the only one"
    assert host.session(A).wanted is Wanted.RUNNING
    other.release(host.services.profiles / A)


async def test_a_restart_that_was_asked_for_at_the_end_is_done(host: RunningHost) -> None:
    await host.take(A, linked=False)
    host.wire.last["SessionStore.record"] = seconds(1)
    host.page(A).emit(QrExhausted())
    await host.pass_(0.5)
    host.world.sessions.restart(A, host.clock.now())
    await host.pass_(20)
    assert host.session(A).wanted is Wanted.RUNNING
    assert host.session(A).status is SessionStatus.WAITING_QR
    assert host.opened(A) == 2
