"""What this host uses of its machine: its cgroup's limits where there are any, else the machine's.

A Fargate task is a machine of its own; a container on a shared machine has a cgroup with limits.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from browser_host.process_tree import descendants
from switchboard.domain.host import Load

LINE_BYTES = 400 * 2**20
"""Planned for a line of the real site, not measured there; the simulator's page needs a quarter."""
LINE_DISK_BYTES = 100 * 2**20
"""Planned for a profile and a copy on its way, whose tables are links; not measured either."""
_KIB = 1024
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class MachineLoad:
    """`HostLoad` from `/sys/fs/cgroup` and `/proc`, and from the disk that holds the profiles.

    Source: the kernel's `admin-guide/cgroup-v2` (memory and cpu controllers); proc(5).
    """

    profiles: Path
    """Need not be there yet."""
    cgroup: Path = Path("/sys/fs/cgroup")
    proc: Path = Path("/proc")
    last: tuple[float, float] | None = None
    """Moment and processor seconds of the last measurement."""
    cpus: float = field(init=False)

    def __post_init__(self) -> None:
        """The processors that this host may use do not change while it runs."""
        self.cpus = self._quota() or float(os.process_cpu_count() or 1)

    def __call__(self) -> Load:
        """The load now."""
        used, limit = self._limited_memory() or self._machines_memory()
        return Load(used / limit, self._cpu(), LINE_BYTES / limit, self._disk_lines())

    def _disk_lines(self) -> float:
        """A line on a full disk can neither store its login nor be restored."""
        profiles = self.profiles.absolute()
        there = next(path for path in (profiles, *profiles.parents) if path.exists())
        return shutil.disk_usage(there).free / LINE_DISK_BYTES

    def _limited_memory(self) -> tuple[float, float] | None:
        """Used without the page cache that would be given up, and the limit."""
        try:
            limit = int((self.cgroup / "memory.max").read_text())
            used = int((self.cgroup / "memory.current").read_text())
            facts = _facts(self.cgroup / "memory.stat")
        except (OSError, ValueError):  # no cgroup of version 2, or its limit is "max"
            return None
        return used - facts.get("inactive_file", 0), limit

    def _machines_memory(self) -> tuple[float, float]:
        facts = _facts(self.proc / "meminfo")
        total = facts["MemTotal:"] * _KIB
        return total - facts["MemAvailable:"] * _KIB, total

    def _cpu(self) -> float:
        """The share of the allowed processors since the last call; 0 at the first."""
        now, spent = time.monotonic(), self._cpu_seconds()
        before, self.last = self.last, (now, spent)
        if before is None or now <= before[0]:
            return 0.0
        # A child that ended takes its past with it: never below nothing.
        return max(0.0, (spent - before[1]) / (now - before[0]) / self.cpus)

    def _cpu_seconds(self) -> float:
        """Of this process, its driver and its browsers: neighbours are not this host's load."""
        return sum(self._seconds_of(pid) for pid in descendants(os.getpid()))

    def _seconds_of(self, pid: int) -> float:
        with suppress(OSError, ValueError, IndexError):
            words = (self.proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
            return sum(int(ticks) for ticks in words[11:15]) / _TICKS_PER_SECOND
        return 0.0

    def _quota(self) -> float | None:
        try:
            quota, period = (self.cgroup / "cpu.max").read_text().split()
            return int(quota) / int(period)
        except (OSError, ValueError):
            return None


def _facts(path: Path) -> dict[str, int]:
    """The numbers of a file of `name number [unit]` lines."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}
