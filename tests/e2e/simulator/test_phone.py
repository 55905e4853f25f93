"""The phone in a browser, as a person uses it."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import ConsoleMessage, Locator, Page, Playwright, expect
from tests.e2e.simulator.browser import Line, chromium, until
from tests.support.simulator import RunningSimulator

FIRST, SECOND = "15550001111", "15550002222"
ALICE_NUMBER, ALICE = "15551110000", "15551110000@c.us"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 780}

type OpenLine = Callable[[str], Line]


def is_fault(message: ConsoleMessage) -> bool:
    """A refused request is said to the person; anything else on the console is a fault."""
    return message.type == "error" and "400 (Bad Request)" not in message.text


@pytest_asyncio.fixture
async def phone(playwright: Playwright, simulator: RunningSimulator) -> AsyncIterator[Page]:
    browser = await playwright.chromium.launch(executable_path=chromium())
    page = await browser.new_page(viewport=WIDE)
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if is_fault(m) else None)
    await page.goto(f"{simulator.http}/phone")
    yield page
    await browser.close()
    outside = (simulator.http, "data:")
    assert [url for url in asked if not url.startswith(outside)] == []
    assert errors == []


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], object]:
    """Keeps a screenshot, in PHONE_SCREENSHOTS if that is set."""
    folder = Path(os.environ.get("PHONE_SCREENSHOTS", tmp_path))

    async def take(page: Page, name: str) -> None:
        path = folder / f"{name}.png"
        await page.screenshot(path=path)
        assert path.stat().st_size > 10_000

    return take


async def test_a_person_links_a_line_chats_and_sees_the_ticks(
    open_line: OpenLine, simulator: RunningSimulator, phone: Page, picture: Callable[..., object]
) -> None:
    async with open_line("one") as one, open_line("two") as two:
        await link_both(phone, one, two, picture)
        await phone.locator("#accounts .row", has_text="000 1111").click()
        await open_customer(phone)
        await phone.keyboard.type("Hello, are you open today?")
        await phone.keyboard.press("Enter")
        await until(lambda: one.received("Hello, are you open today?"), "the message")
        assert not two.received("Hello, are you open today?")
        await see_the_ticks(phone, one)
        await fill_with_talk(one, simulator)
        await expect(phone.locator(".bubble")).to_have_count(7)
        await take_pictures(phone, picture)


async def link_both(phone: Page, one: Line, two: Line, picture: Callable[..., object]) -> None:
    await expect(phone.locator("#lines .card img")).to_have_count(2)
    await phone.wait_for_function(
        "[...document.querySelectorAll('.card img')].every(i => i.complete && i.naturalWidth)"
    )
    await picture(phone, "waiting")
    ref = (await one.qr()).split(",")[0]
    card = phone.locator(f'.card[data-ref="{ref}"]')
    await card.get_by_label("Account's number").fill(FIRST)
    await card.get_by_role("button", name="Scan").click()
    await one.main()
    await scan_by_text(phone, await two.qr())
    await two.main()
    await expect(phone.locator("#accounts .row")).to_have_count(2)


async def see_the_ticks(phone: Page, one: Line) -> None:
    await one.send(ALICE, "Yes! We are open until 18:00 today. How can we help? 😊")
    reply = phone.locator(".bubble.line")
    await expect(reply).to_contain_text("open until 18:00")
    await expect(reply.locator(".ticks.read")).to_have_text("✓✓")
    await one.evaluate("WPP.chat.markIsRead('100001115551@lid')")
    await expect(phone.locator(".bubble.customer .ticks.read")).to_have_count(1)
    await one.evaluate("WPP.chat.markIsComposing('100001115551@lid')")
    await expect(phone.locator("#chat-status")).to_have_text("line is typing …")


async def take_pictures(phone: Page, picture: Callable[..., object]) -> None:
    await picture(phone, "chat-light")
    await phone.emulate_media(color_scheme="dark")
    await picture(phone, "chat-dark")
    await phone.set_viewport_size(NARROW)
    await picture(phone, "chat-narrow")
    await phone.keyboard.press("Escape")
    await picture(phone, "chats-narrow")


async def scan_by_text(phone: Page, qr: str) -> None:
    await phone.get_by_text("Scan by text or pairing code").click()
    form = phone.locator("#paste")
    await form.get_by_label("QR text or pairing code").fill(qr)
    await form.get_by_label("Account's number").fill(SECOND)
    await form.get_by_role("button", name="Link").click()


async def open_customer(phone: Page) -> None:
    await phone.get_by_label("Customer's number").fill(ALICE_NUMBER)
    await phone.get_by_label("Customer's name").fill("Alice Moreau")
    await phone.get_by_role("button", name="Open chat").click()


async def fill_with_talk(line: Line, simulator: RunningSimulator) -> None:
    def says(body: str, sender: str = ALICE, name: str = "Alice Moreau") -> None:
        simulator.ctl(op="msg", account=FIRST, sender=sender, body=body, name=name)

    says("I would like to book a table for four on Friday evening.")
    await line.send(ALICE, "Friday at 19:00 or 20:30?", waitForAck=True)
    says("20:30 please")
    says("مرحبا، هل يمكنني الحجز؟", "15551230000@c.us", "يوسف")
    says("Thanks a lot!", "15554560000@c.us", "Bob Stone")
    await line.send(ALICE, "Booked for four, Friday 20:30.\nSee you then!", waitForAck=True)
    says("Great 🎉")


async def test_reading_is_up_to_the_person_when_auto_read_is_off(
    open_line: OpenLine, simulator: RunningSimulator, phone: Page
) -> None:
    async with open_line("one") as line:
        await line.link(FIRST)
        await phone.get_by_text("Auto-read").click()
        await until(lambda: not simulator.ctl(op="state")["autoRead"], "the switch")
        await line.send(ALICE, "unread at first", waitForAck=True)
        await line.event("chat.msg_ack_change", lambda e: e["ack"] == 2)
        await phone.locator("#accounts .row").click()
        await expect(phone.locator("#chats .badge")).to_have_text("1")
        await phone.locator("#chats .row").click()
        await line.event("chat.msg_ack_change", lambda e: e["ack"] == 3)
        await expect(phone.locator("#chats .badge")).to_be_hidden()


async def test_a_customer_reacts_edits_and_takes_back(
    open_line: OpenLine, phone: Page, picture: Callable[..., object]
) -> None:
    async with open_line("one") as line:
        await line.link(FIRST)
        await phone.locator("#accounts .row").click()
        await open_customer(phone)
        await phone.keyboard.type("A table for too")
        await phone.keyboard.press("Enter")
        await line.event("chat.new_message", lambda m: m["body"] == "A table for too")
        mine = phone.locator(".bubble.customer")
        await choose(mine, "Edit …")
        await phone.get_by_label("New words").fill("A table for two")
        await phone.get_by_role("button", name="Save").click()
        await expect(mine.locator(".words")).to_have_text("A table for two")
        await expect(mine.locator(".changed")).to_have_text("edited")
        await line.event("chat.msg_edited", lambda m: m["body"] == "A table for two")
        await line.send(ALICE, "At eight?", waitForAck=True)
        await choose(phone.locator(".bubble.line"), "React 👍")
        await expect(phone.locator(".bubble.line .reaction")).to_have_text("👍")
        await line.event("chat.new_reaction", lambda r: r["text"] == "👍")
        await mine.locator("summary").click()
        await picture(phone, "menu")
        await mine.get_by_role("button", name="Take back").click()
        await expect(mine.locator(".words")).to_have_text("Taken back")
        await line.event("chat.msg_revoke")


async def choose(bubble: Locator, name: str) -> None:
    await bubble.locator("summary").click()
    await bubble.get_by_role("button", name=name).click()


async def test_the_buttons_ban_drop_and_log_out(
    open_line: OpenLine, simulator: RunningSimulator, phone: Page
) -> None:
    async with open_line("one") as line:
        await line.link(FIRST)
        await phone.locator("#accounts .row").click()
        (dropped,) = simulator.ctl(op="list", account=FIRST)
        await phone.get_by_role("button", name="Drop connection").click()
        await line.event("conn.backend_event", lambda e: e["name"] == "socket_stream_disconnected")
        await until(
            lambda: (
                {each["cid"] for each in simulator.ctl(op="list", account=FIRST)} - {dropped["cid"]}
            ),
            "the page to be back",
        )
        await expect(phone.locator("#account-status")).to_have_text("Connected")
        await phone.get_by_role("button", name="Temporary ban").click()
        await phone.get_by_role("button", name="Do it").click()
        ban = await line.event(
            "conn.backend_event", lambda e: e["name"] == "account_temporarily_banned"
        )
        assert ban["args"][0]["code"] == 101
        await phone.get_by_role("button", name="Log out").click()
        await phone.get_by_label("Reason").select_option("account_locked")
        await phone.get_by_role("button", name="Do it").click()
        assert await line.event("conn.logout_reason") == "account_locked"
        await expect(phone.locator("#account-status")).to_have_text("Logged out")


async def test_a_wrong_number_and_an_old_qr_are_said(
    open_line: OpenLine, phone: Page, simulator: RunningSimulator
) -> None:
    async with open_line("one") as line:
        await line.qr()
        card = phone.locator(".card")
        await card.get_by_label("Account's number").fill("12ab")
        await card.get_by_role("button", name="Scan").click()
        await expect(phone.get_by_role("alert")).to_contain_text("not a phone number")
        await scan_by_text(phone, "2@long-gone,a,b,c")
        await expect(phone.get_by_role("alert")).to_contain_text("No line shows this QR")
        assert simulator.ctl(op="state")["accounts"] == []


async def test_a_picture_goes_both_ways(open_line: OpenLine, phone: Page, tmp_path: Path) -> None:
    shot = tmp_path / "shot.png"
    await phone.screenshot(path=shot, clip={"x": 0, "y": 0, "width": 60, "height": 40})
    async with open_line("one") as line:
        await line.link(FIRST)
        await phone.locator("#accounts .row").click()
        await open_customer(phone)
        await phone.get_by_label("Send a picture").set_input_files(shot)
        await line.event("chat.new_message", lambda m: m["type"] == "image")
        image = phone.locator(".bubble.customer img")
        await expect(image).to_have_js_property("naturalWidth", 60)
