"""The container's health check: a host that serves passes, one that stands still does not."""

import os
import subprocess
import sys
from pathlib import Path

from tests.unit.browser_host.host import RunningHost

from browser_host.alive import FRESH_SECONDS, MARK, is_alive

ROOT = Path(__file__).parents[3]


def check(profiles: Path) -> int:
    """As ECS runs it, with nothing but the standard library to import."""
    environment = {"PROFILE_DIRECTORY": str(profiles), "PYTHONPATH": str(ROOT / "browser-host/src")}
    command = [sys.executable, "-S", "-m", "browser_host.alive"]
    return subprocess.run(command, env=environment, timeout=30, check=False).returncode


async def test_a_host_that_serves_is_healthy(host: RunningHost) -> None:
    await host.settle()
    assert check(host.services.profiles) == 0


def test_a_host_that_never_served_or_stands_still_is_not(tmp_path: Path) -> None:
    assert check(tmp_path) == 1
    mark = tmp_path / MARK
    mark.touch()
    touched = mark.stat().st_mtime
    assert is_alive(tmp_path, touched + FRESH_SECONDS - 1)
    assert not is_alive(tmp_path, touched + FRESH_SECONDS)


async def test_the_mark_is_renewed(host: RunningHost) -> None:
    mark = host.services.profiles / MARK
    os.utime(mark, (0, 0))
    await host.pass_(11)
    assert mark.stat().st_mtime > 0
