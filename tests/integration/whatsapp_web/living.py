"""Which processes live, as the operating system tells it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from browser_host.whatsapp_web.chromium import browser_pid


def group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def members(group: int) -> dict[int, str]:
    """The group's living processes with their command lines."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {pid: text for pid in pids if group_of(pid) == group and (text := command_line(pid))}


def browser_members(profile: Path) -> dict[int, str]:
    """Every process of the profile's browser."""
    return members(os.getpgid(browser_pid(profile)))


def naming(profile: Path) -> list[str]:
    """The command lines that name the profile."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [text for pid in pids if str(profile) in (text := command_line(pid))]


def command_line(pid: int) -> str:
    """Empty for one that has ended, also while its entry waits for its parent."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def seconds_until(holds: Callable[[], bool], at_most: float) -> float:
    """How long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < at_most, f"not within {at_most} s"
        time.sleep(0.02)
    return time.monotonic() - began
