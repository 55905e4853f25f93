"""The console in a real browser: sign in, create, scan, talk. Screenshots are kept."""

import re
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect
from tests.e2e.conftest import ARTEFACTS, RunningStack

from run.browser import chromium_executable

ACCOUNT = "15550009600"
CUSTOMER_LID = "110690005551@lid"
SLOW = 60_000


@pytest.fixture(params=["en", "ru"])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    executable = chromium_executable(Path(".local/browsers"))
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=executable)
        locale = {"en": "en-GB", "ru": "ru-RU"}[request.param]
        context = await browser.new_context(locale=locale, viewport={"width": 1200, "height": 800})
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
        await browser.close()
    assert problems == []


async def test_a_person_links_a_line_and_talks(
    page: Page, stack: RunningStack, unique: Callable[[str], str], request: pytest.FixtureRequest
) -> None:
    language = request.node.callspec.params["page"]
    russian = language == "ru"
    name, account = unique(f"console-{language}"), f"{ACCOUNT}{int(russian)}"

    async def shot(step: str) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=ARTEFACTS / f"console-{language}-{step}.png")

    await page.goto(stack.console_url)
    await page.fill("#key", "wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await page.fill("#key", stack.admin_key)
    await shot("1-sign-in")
    await page.keyboard.press("Enter")
    await page.fill("#new-line", name)
    await page.keyboard.press("Enter")
    await expect(page.locator(".qr[src^=data]")).to_be_visible(timeout=SLOW)
    await expect(page.locator(".countdown")).to_have_text(re.compile(r"1.+6"), timeout=SLOW)
    await shot("2-qr")
    value = stack.api.call("GET", f"/api/{name}/auth/qr?format=raw")["value"]
    stack.phone.ctl(op="scan", ref=value, pn=account)
    connected = "Подключена" if russian else "Connected"
    await expect(page.locator(".line-title .badge")).to_have_text(connected, timeout=SLOW)
    stack.phone.ctl(
        op="msg",
        account=account,
        body="Do you have 🚲 for two?",
        name="Ada",
        **{"from": CUSTOMER_LID},
    )
    await page.locator("button.chat").first.click(timeout=SLOW)
    await expect(page.locator(".bubble.in")).to_contain_text("🚲")
    await expect(page.locator(".bubble.out")).to_have_count(1, timeout=SLOW)  # the hand-off
    await page.locator("[role=switch]").click()
    await expect(page.locator("[role=switch]")).to_be_visible()
    await page.fill("#text", "Hello Ada,\nyes we do!")
    await page.keyboard.press("Enter")
    await expect(page.locator(".bubble.out .ticks.read")).to_have_count(2, timeout=SLOW)
    await shot("3-conversation")
    await page.get_by_role("tab").nth(2).click()
    await expect(page.locator("meter").first).to_be_visible()
    await shot("4-limits")
    await page.get_by_role("tab").nth(1).click()
    await page.locator(".knowledge + button").click()
    await page.locator(".entry textarea").first.fill("When are you open?\nOpening hours?")
    await page.locator(".entry textarea").nth(1).fill("Nine to five.")
    await page.locator(".entry button.primary").click()
    await expect(page.locator(".entry")).to_have_count(1)
    await shot("5-knowledge")
    assert stack.api.call("GET", f"/api/{name}/knowledge")[0]["answer"] == "Nine to five."
    await page.get_by_role("tab").first.click()
    await page.set_viewport_size({"width": 390, "height": 780})
    await shot("6-phone-size")
    print(f"screenshots in {ARTEFACTS}", file=sys.stderr)


async def test_both_languages_have_the_same_words_and_the_page_is_light(
    page: Page, stack: RunningStack
) -> None:
    loaded: list[int] = []
    page.on("response", lambda answer: loaded.append(int(answer.headers.get("content-length", 0))))
    await page.goto(stack.console_url)
    counts = await page.evaluate(
        "import('./words.js').then(({WORDS}) => Object.values(WORDS).map((w) => Object.keys(w).sort().join()))"
    )
    assert counts[0] == counts[1]
    assert 0 < sum(loaded) < 200_000
