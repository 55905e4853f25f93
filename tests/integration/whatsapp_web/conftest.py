from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.simulator import WA_JS, RunningSimulator


@pytest.fixture(scope="session", autouse=True)
def _wa_js_is_installed() -> None:
    if not WA_JS.exists():
        pytest.fail("wa-js is missing: run `npm ci` in browser-host")


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with RunningSimulator() as running:
        yield running


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"
