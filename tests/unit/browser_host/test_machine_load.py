"""What a host measures: its cgroup's limits, else the machine's, and its own processor time."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from browser_host.load import LINE_BYTES, LINE_DISK_BYTES, MachineLoad

GIB = 2**30


@pytest.fixture
def cgroup(tmp_path: Path) -> Path:
    (tmp_path / "memory.max").write_text(f"{8 * GIB}\n")
    (tmp_path / "memory.current").write_text(f"{5 * GIB}\n")
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {GIB}\nfile 3\n")
    (tmp_path / "cpu.max").write_text("200000 100000\n")
    return tmp_path


def test_memory_is_a_share_of_the_cgroups_limit_without_idle_cache(cgroup: Path) -> None:
    load = MachineLoad(cgroup, cgroup)()
    assert load.memory == 0.5
    assert load.line_memory == LINE_BYTES / (8 * GIB)


def test_without_a_limit_it_is_a_share_of_the_machine(cgroup: Path) -> None:
    (cgroup / "memory.max").write_text("max\n")
    load = MachineLoad(cgroup, cgroup)()
    assert 0 < load.memory < 1
    total = int(Path("/proc/meminfo").read_text().split()[1]) * 1024
    assert load.line_memory == LINE_BYTES / total


def test_without_a_cgroup_it_is_a_share_of_the_machine(tmp_path: Path) -> None:
    load = MachineLoad(tmp_path, tmp_path / "missing")()
    assert 0 < load.memory < 1


def test_the_disk_has_room_for_so_many_lines(cgroup: Path) -> None:
    not_there_yet = cgroup / "not" / "yet"
    free = shutil.disk_usage(cgroup).free
    lines = MachineLoad(not_there_yet, cgroup)().disk_lines
    assert lines == pytest.approx(free / LINE_DISK_BYTES, rel=0.05)


def test_the_quota_says_how_many_processors_there_are(cgroup: Path) -> None:
    assert MachineLoad(cgroup, cgroup).cpus == 2
    (cgroup / "cpu.max").write_text("max 100000\n")
    assert MachineLoad(cgroup, cgroup).cpus >= 1


def test_the_processor_is_this_hosts_own_with_its_children(cgroup: Path) -> None:
    measure = MachineLoad(cgroup, cgroup)
    assert measure().cpu == 0.0, "the first measurement has nothing to compare with"
    spin = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    with subprocess.Popen([sys.executable, "-c", spin]) as child:
        began = time.monotonic()
        child.wait()
    took = time.monotonic() - began
    load = measure()
    assert 0.25 <= load.cpu * 2 * took <= 0.3 + 2 * took
    time.sleep(0.2)
    assert measure().cpu < load.cpu
