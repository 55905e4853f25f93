"""A process with all that descends from it, as Linux tells of them."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tree of processes has of the machine.

    Attributes:
        uss_bytes: memory that would be free if it ended.
        pss_bytes: with its share of what several processes have in common.
        cpu_seconds: used by its living processes, and by their children that have ended.
    """

    uss_bytes: int
    pss_bytes: int
    cpu_seconds: float


def descendants(pid: int) -> list[int]:
    """The process and its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                parent = int(_stat(int(entry.name))[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += children.get(process, [])
    return found


def usage_of(pid: int) -> Usage:
    """Add up a tree; a process that has just ended counts nothing."""
    uss = pss = 0
    seconds = 0.0
    for each in descendants(pid):
        with suppress(OSError, KeyError, IndexError, ValueError):
            own, shared = _memory(each)
            uss, pss, seconds = uss + own, pss + shared, seconds + _cpu_seconds(each)
    return Usage(uss, pss, seconds)


def _memory(pid: int) -> tuple[int, int]:
    """(USS, PSS) in bytes; a sandboxed process tells others its anonymous memory only."""
    try:
        facts = _facts(Path(f"/proc/{pid}/smaps_rollup"))
    except PermissionError:
        anonymous = _facts(Path(f"/proc/{pid}/status"))["RssAnon"]
        return anonymous, anonymous
    own = sum(facts[name] for name in ("Private_Clean", "Private_Dirty", "Private_Hugetlb"))
    return own, facts["Pss"]


def _facts(path: Path) -> dict[str, int]:
    """Lines of the form `Name:  12 kB`, in bytes."""
    facts = {}
    for line in path.read_text().splitlines():
        name, _, rest = line.partition(":")
        words = rest.split()
        if len(words) == 2 and words[1] == "kB":  # noqa: PLR2004 - a number and its unit
            facts[name] = int(words[0]) * _KIB
    return facts


def _cpu_seconds(pid: int) -> float:
    """utime, stime, cutime and cstime. Source: proc(5), `/proc/pid/stat`."""
    return sum(int(ticks) for ticks in _stat(pid)[11:15]) / _TICKS_PER_SECOND


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold anything: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
