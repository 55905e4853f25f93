"""The page that shows the API's document, in a real browser under its own strict policy."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import requests
from playwright.async_api import Page, async_playwright, expect
from tests.e2e.conftest import ARTEFACTS, RunningStack

from run.browser import chromium_executable


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    executable = chromium_executable(Path(".local/browsers"))
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=executable)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        yield page
        await browser.close()


async def test_every_operation_is_shown_and_nobody_else_is_asked(
    stack: RunningStack, page: Page
) -> None:
    url = stack.facts["api_url"].rstrip("/")
    spec = requests.get(f"{url}/api/openapi.json", timeout=30).json()
    said: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{url}/reference/index.html")
    count = sum(len(methods) for methods in spec["paths"].values())
    await expect(page.locator("details")).to_have_count(count)
    await page.get_by_text("/api/sendText", exact=True).click()
    await expect(page.get_by_role("link", name="SendText").first).to_be_visible()
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert await page.evaluate(wider) is False
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=ARTEFACTS / "reference.png")
    assert said == []
    assert all(one.startswith(url) for one in asked)
