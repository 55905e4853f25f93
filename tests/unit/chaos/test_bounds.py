"""The times that `make verify-chaos` holds a fault to."""

import math
from typing import Any

from tests.e2e.chaos.bounds import in_time, p95


def killed(*each_s: float) -> dict[str, Any]:
    return {"fault": "kill_host", "each_s": list(each_s)}


def stopped(*line_drained_s: float, at_once: int = 4) -> dict[str, Any]:
    drained = {"line_drained_s": list(line_drained_s), "drained_at_once": at_once}
    return {"fault": "stop_host", **drained}


def test_p95_is_a_sample_and_the_largest_of_a_few() -> None:
    assert p95([3.0, 1.0, 2.0]) == 3.0
    assert p95([float(number) for number in range(1, 21)]) == 19.0
    assert p95([float(number) for number in range(1, 101)]) == 95.0
    assert p95([]) == math.inf


def test_a_killed_hosts_lines_are_back_in_45_s() -> None:
    assert in_time([killed(20.0, 45.0)])
    assert not in_time([killed(20.0, 45.1)])
    assert not in_time([killed()]), "nothing measured is nothing shown"


def test_p95_is_taken_over_all_rounds() -> None:
    nineteen = [killed(20.0) for _ in range(19)]
    assert in_time([*nineteen, killed(60.0)])
    assert not in_time([*nineteen[1:], killed(60.0), killed(60.0)])


def test_each_line_drains_in_10_s_four_at_once() -> None:
    assert in_time([stopped(1.0, 10.0)])
    assert not in_time([stopped(1.0, 10.1)])
    assert not in_time([stopped()])
    assert not in_time([stopped(1.0, 2.0, at_once=2)])


def test_other_faults_have_no_bound() -> None:
    assert in_time([{"fault": "freeze_page", "each_s": [100.0]}])
