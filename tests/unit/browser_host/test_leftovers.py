"""What dead hosts left on the disk goes; what may be the newest login, or the only one, stays."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.builders import A, owned_line, want_running
from tests.support.world import World, memory_world

from browser_host.leftovers import Leftovers
from browser_host.profiles.disk import Disk
from browser_host.profiles.worth import TAKEN_AGAIN_WITHIN, mark_epoch
from switchboard.adapters.memory.blocking import InlineBlocking
from switchboard.domain.ids import HostId
from switchboard.domain.session import Reason, SessionStatus, Wanted

ME = HostId("host-3")
"""A process that has just started: what lies on the disk is an earlier one's."""


@pytest.fixture
def w() -> World:
    return memory_world()


def left(disk: Disk, epoch: int) -> Path:
    """A dead host's profile."""
    profile = disk.profile(A)
    (profile / "Default").mkdir(parents=True)
    (profile / "Default/Cookies").write_text("a login")
    mark_epoch(profile, epoch)
    return profile


def leftovers(w: World, disk: Disk, ended: list[Path] | None = None) -> Leftovers:
    seen = ended if ended is not None else []

    def end_browsers(profile: Path) -> int:
        seen.append(profile)
        return 1

    return Leftovers(ME, disk, w.sessions, InlineBlocking(), w.clock, end_browsers)


async def test_a_login_that_another_host_has_taken_goes_with_its_browser(
    w: World, tmp_path: Path
) -> None:
    lease = owned_line(w)
    w.sessions.publish(lease, ["1/01ID"])
    profile, ended = left(Disk(tmp_path), lease.epoch), []
    w.sessions.release(lease, SessionStatus.DISCONNECTED, Reason.HOST_LOST, w.clock.now())
    assert w.sessions.acquire(A, HostId("next"), "queue", w.clock.now())
    await leftovers(w, Disk(tmp_path), ended).begin()
    assert ended == [profile]
    assert not profile.exists()


async def test_a_login_that_may_be_the_newest_waits_for_this_host_to_take_it(
    w: World, tmp_path: Path
) -> None:
    lease = owned_line(w)
    w.sessions.publish(lease, ["1/01ID"])
    profile = left(Disk(tmp_path), lease.epoch)
    looking = leftovers(w, Disk(tmp_path))
    await looking.look()
    assert profile.exists()
    w.clock.advance(TAKEN_AGAIN_WITHIN - timedelta(seconds=1))
    await looking.look()
    assert profile.exists()
    w.clock.advance(timedelta(seconds=1))
    await looking.look()
    assert not profile.exists()


async def test_a_login_that_this_host_is_about_to_open_stays(w: World, tmp_path: Path) -> None:
    former = owned_line(w)
    w.sessions.publish(former, ["1/01ID"])
    profile = left(Disk(tmp_path), former.epoch)
    w.sessions.release(former, SessionStatus.DISCONNECTED, Reason.HOST_LOST, w.clock.now())
    assert w.sessions.acquire(A, ME, "queue", w.clock.now())
    await leftovers(w, Disk(tmp_path)).look()
    assert profile.exists(), "nobody held the line since: it is the newest"


async def test_a_wait_begins_anew_when_somebody_worked_on_the_login_since(
    w: World, tmp_path: Path
) -> None:
    lease = owned_line(w)
    w.sessions.publish(lease, ["1/01ID"])
    living, looking = Disk(tmp_path), leftovers(w, Disk(tmp_path))
    profile = left(living, lease.epoch)
    await looking.look()
    living.claim(profile)
    w.clock.advance(TAKEN_AGAIN_WITHIN)
    await looking.look()
    living.release(profile)
    await looking.look()
    assert profile.exists()


async def test_the_only_login_stays(w: World, tmp_path: Path) -> None:
    lease = owned_line(w)
    profile = left(Disk(tmp_path), lease.epoch)
    looking = leftovers(w, Disk(tmp_path))
    for _ in range(3):
        await looking.look()
        w.clock.advance(TAKEN_AGAIN_WITHIN)
    assert profile.exists()
    w.sessions.want(A, Wanted.DELETED, w.clock.now())
    await looking.look()
    assert not profile.exists()


async def test_a_stopped_lines_login_goes_when_it_is_stored(w: World, tmp_path: Path) -> None:
    lease = owned_line(w)
    w.sessions.publish(lease, ["1/01ID"])
    profile = left(Disk(tmp_path), lease.epoch)
    w.sessions.want(A, Wanted.STOPPED, w.clock.now())
    await leftovers(w, Disk(tmp_path)).look()
    assert not profile.exists()


@pytest.mark.parametrize("name", ["NOT A LINE", "unknown"])
async def test_what_is_no_lines_goes(w: World, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    await leftovers(w, Disk(tmp_path)).look()
    assert not (tmp_path / name).exists()


async def test_what_a_living_process_works_on_stays(w: World, tmp_path: Path) -> None:
    want_running(w)
    living, other = Disk(tmp_path), Disk(tmp_path)
    profile, ended = left(living, 99), []
    living.claim(profile)
    with living.scratch() as scratch:
        await leftovers(w, other, ended).begin()
        assert profile.exists()
        assert scratch.exists()
        assert ended == []
    with pytest.raises(BlockingIOError):
        other.claim(profile)
    living.release(profile)
    other.claim(profile)


def test_copies_of_a_host_that_was_killed_are_cleared(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from browser_host.profiles.disk import Disk\n"
        "with Disk(Path(sys.argv[1])).scratch() as scratch:\n"
        "    (scratch / 'copy').write_text('a login'); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script, str(tmp_path)]
    subprocess.run(command, check=False, timeout=30, env=environment)
    assert list(tmp_path.glob(".scratch-*/copy"))
    assert Disk(tmp_path).clear() == 1
    assert list(tmp_path.iterdir()) == []


async def test_a_host_that_lives_on_clears_the_copies_of_one_that_died(
    w: World, tmp_path: Path
) -> None:
    looking = leftovers(w, Disk(tmp_path))
    await looking.begin()
    dead = tmp_path / ".scratch-dead"
    dead.mkdir()
    (dead / "copy").write_text("a login")
    with Disk(tmp_path).scratch() as living:
        await looking.look()
        assert not dead.exists()
        assert living.exists()


async def test_a_fenced_host_removes_what_others_have_and_keeps_the_only_login(
    w: World, tmp_path: Path
) -> None:
    disk = Disk(tmp_path)
    lease = owned_line(w, host=ME)  # nobody has freed it yet
    profile = left(disk, lease.epoch)
    disk.claim(profile)
    await leftovers(w, disk).hand_over()
    assert profile.exists(), "nobody else has this login"
    w.sessions.publish(lease, ["1/01ID"])
    disk.claim(profile)
    await leftovers(w, disk).hand_over()
    assert not profile.exists()
    assert disk.claimed == []
