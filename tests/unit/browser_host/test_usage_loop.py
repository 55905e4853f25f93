"""A browser that grew too large is started again with its login; one that did not is left alone."""

import subprocess
import sys

import pytest
from tests.support.builders import A
from tests.unit.browser_host.host import RunningHost

from browser_host.process_tree import Usage, usage_of
from switchboard.domain.metric import Metric
from switchboard.domain.session import SessionStatus

MEBIBYTE = 1 << 20
NORMAL = Usage(100 * MEBIBYTE, 120 * MEBIBYTE, 3.0)
GROWN = Usage(780 * MEBIBYTE, 801 * MEBIBYTE, 3.0)


@pytest.mark.parametrize(("minutes", "pages"), [(1, 1), (2, 1), (3, 2)])
async def test_a_line_over_its_budget_for_a_while_is_started_again_through_a_snapshot(
    host: RunningHost, minutes: int, pages: int
) -> None:
    await host.take(A)
    (host.services.profiles / A / "Default").mkdir(parents=True)
    (host.services.profiles / A / "Default/Cookies").write_text("a login")
    await host.pass_(15 * 60)
    (host.services.profiles / A / "Default/Cookies").write_text("a login that changed")
    before = len(host.snapshots.stored)
    host.usage[0] = GROWN
    await host.pass_(minutes * 60)
    host.usage[0] = NORMAL
    await host.pass_(5)
    assert host.opened(A) == pages
    assert host.session(A).status is SessionStatus.CONNECTED
    assert host.world.metrics.total(Metric.LINES_TOO_LARGE) == pages - 1
    assert len(host.snapshots.stored) > before
    assert (host.services.profiles / A / "Default/Cookies").exists()


async def test_a_line_that_is_too_large_from_the_start_is_not_started_again_and_again(
    host: RunningHost,
) -> None:
    host.usage[0] = GROWN
    await host.take(A)
    await host.pass_(9 * 60)
    assert host.opened(A) == 1
    await host.pass_(30 * 60)
    assert 2 <= host.opened(A) <= 4


async def test_what_was_measured_is_told(host: RunningHost) -> None:
    host.usage[0] = NORMAL
    await host.take(A)
    await host.pass_(61)
    noted = {datum.metric: datum for datum in host.world.metrics.noted}
    assert noted[Metric.LINE_MEMORY].value == NORMAL.pss_bytes
    assert noted[Metric.LINE_MEMORY_OWN].value == NORMAL.uss_bytes
    assert noted[Metric.LINE_CPU].value == 5.0
    assert noted[Metric.LINE_CPU].organization_id == A


def test_memory_and_time_of_a_tree_are_measured() -> None:
    hold = "b = bytearray(64 << 20); print(sum(range(9_000_000)), flush=True); input()"
    fork = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}])"
    child = subprocess.Popen(
        [sys.executable, "-c", fork], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert child.stdout
        child.stdout.readline()
        usage = usage_of(child.pid)
        assert 64 * MEBIBYTE < usage.uss_bytes <= usage.pss_bytes < 400 * MEBIBYTE
        assert usage.cpu_seconds > 0.05
    finally:
        child.communicate(b"\n", timeout=30)
