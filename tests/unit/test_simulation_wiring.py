"""The simulation still fits the product: `make check` says so before `make test` runs its seeds."""

from tests.simulation.run import run_seed


def test_a_seed_runs_to_its_end() -> None:
    verdict = run_seed(3)
    assert verdict.violations == []
    assert verdict.messages > 0
