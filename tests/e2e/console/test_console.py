"""The console in a real browser, in both languages: link, talk, pause, send again. Screenshots are kept."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Route, async_playwright, expect
from tests.e2e.conftest import ARTEFACTS, RunningStack

from demo.scenario import until
from run.browser import chromium_executable

ACCOUNT = "15550009600"
CUSTOMER_LID = "110690005551@lid"
NOT_ON_WHATSAPP = "15559991001"
SLOW = 60_000
expect.set_options(timeout=SLOW)
CONNECTED = {"en": "Connected", "ru": "Подключена"}


@dataclass
class Console:
    """One person's browser on the console of a running stack."""

    page: Page
    stack: RunningStack
    language: str
    shots: int = 0

    async def shot(self, step: str) -> None:
        """Keep a picture, and hold what it shows to the rules of accessibility."""
        self.shots += 1
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        name = f"console-{self.language}-{self.shots}-{step}.png"
        await self.page.screenshot(path=ARTEFACTS / name, full_page=True)
        found = await Axe().run(self.page)
        assert found.violations_count == 0, f"{step}: {found.generate_report()}"

    async def sign_in(self) -> None:
        await self.page.goto(self.stack.console_url)
        await self.page.fill("#key", self.stack.admin_key)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#new-line")).to_be_visible()

    async def tab(self, name: str) -> None:
        await self.page.click(f"#tab-{name}")
        await expect(self.page.locator("#panel > *").first).to_be_visible()

    async def link(self, name: str, account: str) -> None:
        """Create a line, watch the QR count down, scan it, and wait for the page to turn."""
        page = self.page
        await page.fill("#new-line", name)
        await page.keyboard.press("Enter")
        await expect(page.locator(".qr[src^=data]")).to_be_visible()
        countdown = page.locator(".countdown")
        await expect(countdown).to_have_text(re.compile(r"1.+6"))
        before = await countdown.inner_text()
        await expect(countdown).not_to_have_text(before)
        await self.shot("qr")
        value = self.stack.api.call("GET", f"/api/{name}/auth/qr?format=raw")["value"]
        self.stack.phone.ctl(op="scan", ref=value, pn=account)
        badge = page.locator(".line-title .badge")
        await expect(badge).to_have_text(CONNECTED[self.language])


@pytest.fixture(params=["en", "ru"])
async def console(request: pytest.FixtureRequest, stack: RunningStack) -> AsyncIterator[Console]:
    executable = chromium_executable(Path(".local/browsers"))
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=executable)
        locale = {"en": "en-GB", "ru": "ru-RU"}[request.param]
        context = await browser.new_context(locale=locale, viewport={"width": 1200, "height": 800})
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda told: problems.append(told.text) if "CSP" in told.text else None)
        yield Console(page, stack, request.param)
        await browser.close()
    assert problems == []


async def test_a_person_links_a_line_talks_pauses_and_sends_again(
    console: Console, stack: RunningStack, unique: Callable[[str], str]
) -> None:
    page = console.page
    name = unique(f"console-{console.language}")
    account, lang = f"{ACCOUNT}{int(console.language == 'ru')}", console.language
    await page.goto(stack.console_url)
    await page.fill("#key", "wrong")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).not_to_be_empty()
    await console.shot("sign-in")
    await console.sign_in()
    await console.link(name, account)
    customer = {"name": "Ada", "from": CUSTOMER_LID}
    stack.phone.ctl(op="msg", account=account, body="Do you have 🚲 for two?", **customer)
    await page.locator("button.chat").first.click()
    await expect(page.locator(".bubble.in")).to_contain_text("🚲")
    await expect(page.locator(".bubble.out")).to_have_count(1)  # the hand-off
    await expect(page.locator("[role=switch]")).to_have_attribute("aria-checked", "true")
    waits = page.locator(".hand-off")
    await expect(waits).to_contain_text({"en": "no answer is known", "ru": "ответа нет"}[lang])
    await expect(page.locator("button.chat .badge")).to_be_visible()
    await page.fill("#text", "Hello Ada,\nyes we do!")
    await page.keyboard.press("Enter")
    await expect(waits).to_have_count(0, timeout=SLOW)
    await expect(page.locator("button.chat .badge")).to_have_count(0)
    await expect(page.locator(".bubble.out .ticks.read")).to_have_count(2)
    await page.locator("[role=switch]").click()
    await expect(page.locator("[role=switch]")).to_have_attribute("aria-checked", "false")
    await console.shot("conversation")
    await marks_what_happened_afterwards(console, account)
    await pause_and_resume(console)
    await send_again(console, name)
    await page.click("#tab-conversations")
    await page.set_viewport_size({"width": 390, "height": 780})
    await console.shot("on-a-phone")


async def marks_what_happened_afterwards(console: Console, account: str) -> None:
    """A customer's reaction, edit and revocation appear by themselves."""
    page, ctl = console.page, console.stack.phone.ctl
    told = next(one for one in ctl(op="state")["accounts"] if one["number"] == account)
    (chat,) = told["chats"]
    asked, replied = (
        message["id"] for message in ctl(op="chat", account=account, chat=chat["key"])[:2]
    )
    happen = {"op": "happen", "account": account, "chat": chat["key"]}
    ctl(what="reaction", text="🙏", id=replied, **happen)
    await expect(page.locator(".bubble.out .reactions")).to_have_text("🙏")
    ctl(what="edit", body="Do you have 🚲 for three?", id=asked, **happen)
    bubble = page.locator(".bubble.in")
    await expect(bubble.locator("p")).to_have_text("Do you have 🚲 for three?")
    await expect(bubble).to_contain_text({"en": "edited", "ru": "изменено"}[console.language])
    await console.shot("edited")
    ctl(what="revoke", id=asked, **happen)
    await expect(bubble.locator("s")).to_have_text("Do you have 🚲 for three?")
    await expect(bubble).to_contain_text({"en": "taken back", "ru": "отозвано"}[console.language])


async def pause_and_resume(console: Console) -> None:
    """What is written while sending is paused shows its place in the queue, then leaves."""
    page = console.page
    await console.tab("settings")
    await console.shot("settings")
    await page.click("button.pause")
    await expect(page.locator(".banner")).to_be_visible()
    await page.click("#tab-conversations")
    await page.fill("#text", "When will you come?")
    await page.keyboard.press("Enter")
    queued = page.locator(".bubble.out", has=page.locator(".ticks.queued"))
    await expect(queued).to_contain_text("1")
    await console.tab("outbox")
    await expect(page.locator(".rows .number")).to_have_text("1")
    await console.shot("queue")
    await page.click(".banner button")
    await expect(page.locator(".banner")).to_have_count(0)
    await expect(page.locator(".rows .number")).to_have_count(0)


async def send_again(console: Console, name: str) -> None:
    """A message that failed for good is listed, and a person sends it again."""
    page = console.page
    body = {"session": name, "chatId": NOT_ON_WHATSAPP, "text": "Anybody?"}
    message = console.stack.api.call("POST", "/api/messages", body)["id"]
    again = page.locator("button.redrive")
    await expect(again).to_be_visible()
    await console.shot("failed")
    (first,) = letters(console, name)
    assert first["messageId"] == message
    await again.click()
    deadline = time.monotonic() + SLOW / 1000
    while (last := letters(console, name)) in ([], [first]):  # nobody is there: it fails again
        assert time.monotonic() < deadline
        await asyncio.sleep(0.2)
    assert [letter["messageId"] for letter in last] == [message]


def letters(console: Console, name: str) -> list[dict[str, str]]:
    return list(console.stack.api.call("GET", f"/api/{name}/dead-letters"))


async def test_a_person_teaches_tells_integrators_and_makes_keys(
    console: Console, stack: RunningStack, unique: Callable[[str], str]
) -> None:
    page, name = console.page, unique(f"office-{console.language}")
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    await console.sign_in()
    await page.set_viewport_size({"width": 320, "height": 640})
    await console.shot("lines")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.set_viewport_size({"width": 1200, "height": 800})
    await page.get_by_role("button", name=name).click()
    await console.tab("knowledge")
    await page.click("button.add")
    await page.locator(".entry textarea").first.fill("When are you open?\nOpening hours?")
    await page.locator(".entry textarea").nth(1).fill("Nine to five.")
    await page.locator(".entry button.primary").click()
    await expect(page.locator(".entry")).to_have_count(1)
    stored = await asyncio.to_thread(
        until, lambda: stack.api.call("GET", f"/api/{name}/knowledge"), 30, "the answer"
    )
    assert stored[0]["answer"] == "Nine to five."
    await drafts_tries_and_publishes(console, name)
    await tells_the_agent(console, name)
    await console.tab("integrations")
    await page.locator("details summary").click()
    await page.locator("details input[type=url]").fill("http://127.0.0.1:9/events")
    await page.locator("details input[type=password]").fill("a key of my own")
    await page.locator("details button[type=submit]").click()
    await expect(page.locator("button.test")).to_be_visible()
    await page.click("button.test")
    await expect(page.locator(".rows li").first).to_contain_text("webhook.test")
    await console.shot("integrations")
    await console.tab("keys")
    await page.locator("form button").last.click()
    await expect(page.locator(".secret")).to_have_text(re.compile("^sb_"))
    await console.shot("keys")
    await page.keyboard.press("Tab")
    await page.focus("#tab-keys")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#tab-conversations")).to_be_focused()
    await expect(page.locator(".secret")).to_have_count(0)


async def drafts_tries_and_publishes(console: Console, name: str) -> None:
    """A draft is judged with its scores while customers still get what is live."""
    page, api = console.page, console.stack.api
    await page.locator(".entry textarea").nth(1).fill("Ten to six.")
    await page.click(".entry button.draft")
    await expect(page.locator("button.publish")).to_be_visible(timeout=SLOW)
    await page.fill("#try", "When are you open?")
    await page.keyboard.press("Enter")
    await expect(page.locator(".found .verdict.answer")).to_be_visible(timeout=SLOW)
    await expect(page.locator(".found blockquote")).to_have_text("Ten to six.")
    await expect(page.locator(".found .number").first).to_have_text(re.compile(r"^0\.\d\d|1\.00$"))
    await page.locator(".try input[type=checkbox]").uncheck()
    await page.locator(".try button").click()
    await expect(page.locator(".found blockquote")).to_have_text("Nine to five.", timeout=SLOW)
    await console.shot("knowledge")
    await page.click("button.publish")
    await expect(page.locator("button.publish")).to_have_count(0, timeout=SLOW)
    entries = [(one["stage"], one["answer"]) for one in api.call("GET", f"/api/{name}/knowledge")]
    assert entries == [("live", "Ten to six.")]


async def tells_the_agent(console: Console, name: str) -> None:
    """Instructions, a day's budget and quiet hours are kept; none of the hours again."""
    page, api = console.page, console.stack.api
    await console.tab("settings")
    await page.fill("#instructions", "Be brief.")
    await page.fill("#budget", "2.5")
    await page.fill("#quiet-start", "22:00")
    await page.fill("#quiet-end", "07:30")
    await page.fill("#quiet-zone", "Asia/Bishkek")
    await page.locator("#panel form button.primary").click()
    hours = {"start": "22:00", "end": "07:30", "timeZone": "Asia/Bishkek"}
    wanted = {"instructions": "Be brief.", "dailyBudgetMicros": 2_500_000, "quietHours": hours}
    for _ in range(100):
        kept = api.call("GET", f"/api/{name}/settings")
        if all(kept[field] == value for field, value in wanted.items()):
            break
        await asyncio.sleep(0.1)
    assert {field: kept[field] for field in wanted} == wanted
    await console.shot("agent-settings")


async def test_nothing_that_somebody_types_is_taken_away(
    console: Console, stack: RunningStack, unique: Callable[[str], str]
) -> None:
    """Neither by a save that ends meanwhile, nor by one that fails, nor by one of another form."""
    page, name = console.page, unique(f"typing-{console.language}")
    await open_line(console, stack, name)
    await console.tab("knowledge")
    for _ in range(2):
        await page.click("button.add")
    await page.locator(".entry textarea").nth(0).fill("When?")
    await page.locator(".entry textarea").nth(1).fill("At nine.")
    await page.locator(".entry textarea").nth(2).fill("Where?")
    async with held(page, "**/knowledge/*") as saving:
        await page.locator(".entry button.primary").first.click()
        await saving.wait()
        await page.locator(".entry textarea").nth(1).fill("At ten.")
    await expect(page.locator(".progress")).to_be_hidden()
    wordings = page.locator(".entry textarea")
    assert [await wordings.nth(at).input_value() for at in range(3)] == [
        "When?",
        "At ten.",
        "Where?",
    ]
    await page.locator(".entry button.primary").nth(1).click()  # without an answer
    await expect(page.get_by_role("alert")).not_to_be_empty()
    assert [await wordings.nth(at).input_value() for at in range(3)] == [
        "When?",
        "At ten.",
        "Where?",
    ]
    await page.locator(".entry button.primary").first.click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    stored = stack.api.call("GET", f"/api/{name}/knowledge")
    assert [(one["phrasings"], one["answer"]) for one in stored] == [(["When?"], "At ten.")]
    assert await wordings.nth(2).input_value() == "Where?"


async def open_line(console: Console, stack: RunningStack, name: str) -> None:
    """A line that is not started, chosen in the list."""
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    await console.sign_in()
    await console.page.get_by_role("button", name=name).click()


async def test_a_second_load_of_a_tab_takes_no_new_entry_away(
    console: Console, stack: RunningStack, unique: Callable[[str], str]
) -> None:
    page, name = console.page, unique(f"twice-{console.language}")
    await open_line(console, stack, name)
    answers: list[asyncio.Event] = []

    async def one_by_one(route: Route) -> None:
        answers.append(asyncio.Event())
        await answers[-1].wait()
        await route.continue_()

    await page.route("**/knowledge", one_by_one)
    for _ in range(2):
        await page.click("#tab-knowledge")
    async with asyncio.timeout(20):
        while len(answers) < 2:
            await asyncio.sleep(0.05)
    answers[0].set()
    await page.click("button.add")
    await expect(page.locator(".entry")).to_have_count(1)
    async with page.expect_response("**/knowledge"):
        answers[1].set()
    await page.click("button.add")  # shows all that the page holds by then
    await expect(page.locator(".entry")).to_have_count(2)


@asynccontextmanager
async def held(page: Page, url: str) -> AsyncIterator[asyncio.Event]:
    """Requests to a URL wait until the block ends; the event tells that one has come."""
    come, go = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        come.set()
        await go.wait()
        await route.continue_()

    await page.route(url, hold)
    yield come
    go.set()


async def test_both_languages_have_the_same_words_and_the_page_is_light(
    console: Console, stack: RunningStack
) -> None:
    loaded: list[int] = []
    console.page.on(
        "response", lambda answer: loaded.append(int(answer.headers.get("content-length", 0)))
    )
    foreign: list[str] = []
    console.page.on("request", lambda asked: foreign.append(asked.url))
    await console.page.goto(stack.console_url)
    await expect(console.page.locator("#key")).to_be_visible()
    words = await console.page.evaluate(
        "import('./words.js').then(({WORDS}) => Object.values(WORDS).map((w) => Object.keys(w).sort().join()))"
    )
    assert words[0] == words[1]
    assert 0 < sum(loaded) < 200_000
    assert all(url.startswith(stack.facts["api_url"]) for url in foreign)
