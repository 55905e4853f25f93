"""Three staged faults on two real hosts; `make verify-chaos` stages them all, as often as asked."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.e2e.chaos.cloud_faults import brown_out
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.host_faults import freeze_host
from tests.e2e.chaos.page_faults import kill_driver
from tests.e2e.chaos.stage import Stage, passed


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    before = dict(os.environ)
    try:
        with Cluster(print, tmp_path_factory.mktemp("chaos")) as cluster:
            cluster.add_host()
            staged = Stage(cluster, ["line-1"])
            cluster.link(staged.names)
            yield staged
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize("fault", [kill_driver, brown_out, freeze_host])
def test_nothing_is_lost_or_doubled_and_every_line_comes_back(
    stage: Stage, fault: Callable[[Stage], dict[str, Any]]
) -> None:
    report = fault(stage)
    assert passed(report), report
