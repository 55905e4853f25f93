import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, async_playwright
from tests.e2e.simulator.browser import Line
from tests.support.simulator import WA_JS, RunningSimulator


@pytest.fixture(scope="session", autouse=True)
def _wa_js_is_installed() -> None:
    if not WA_JS.exists():
        pytest.fail("wa-js is missing: run `npm ci` in browser-host")
    assert shutil.which("node")


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with RunningSimulator() as running:
        yield running


@pytest_asyncio.fixture
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest.fixture
def open_line(
    playwright: Playwright, simulator: RunningSimulator, tmp_path: Path
) -> Callable[[str], Line]:
    """Opens the page in a profile of its own; the same name is the same profile."""
    return lambda name: Line(playwright, simulator, tmp_path / name)
