"""A login on its disk: what the page tells of it, what it is given back, and how it is kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import async_playwright
from tests.integration.whatsapp_web.followed_page import (
    FollowedPage,
    linked,
    opened,
    settings,
)
from tests.support.login_site import browser, site
from tests.support.simulator import RunningSimulator

from browser_host.profiles.backend import LEVELDB, SQLITE, backend_of
from browser_host.whatsapp_web import WhatsAppWebPages
from browser_host.whatsapp_web.flags import SQLITE_ROLL_OUT
from switchboard.adapters.clock import SystemClock
from switchboard.domain.build_rule import version
from switchboard.domain.channel_events import QrShown, Ready

ROLLED_OUT = "--enable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout"


def disabled_features(pid: int) -> list[set[str]]:
    """Of each such flag on a process's command line, in order."""
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    flag = "--disable-features="
    return [set(word.removeprefix(flag).split(",")) for word in words if word.startswith(flag)]


async def test_a_page_tells_of_its_login_and_is_given_its_storage_back(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    async with WhatsAppWebPages(settings(simulator), SystemClock()) as pages:
        assert len(version(await pages.build())) == 4
        async with opened(pages, simulator, profile) as line:
            await line.until(QrShown)
            assert not (await line.page.login_state()).settled
            ready = await line.link()
            told = await line.page.login_state()
            assert told.settled
            assert told.local_storage
            assert (told.wa_js, told.whatsapp_web) == (ready.wa_js_version, ready.web_version)
        owed = {**told.local_storage, "put-back": "yes"}
        page = await pages.open("org", profile, owed)
        try:
            line = FollowedPage(page, simulator)
            async for event in page.events():
                if isinstance(event, Ready):
                    break
            assert (await page.login_state()).local_storage["put-back"] == "yes"
        finally:
            await page.close()
        async with opened(pages, simulator, profile) as line:
            await line.until(Ready)
            assert (await line.page.login_state()).local_storage["put-back"] == "yes"


async def test_a_page_that_reloads_is_not_given_its_storage_again(tmp_path: Path) -> None:
    async with async_playwright() as playwright:
        with site() as where:
            async with browser(playwright, tmp_path / "profile", where, {"a": "1"}) as page:
                assert await page.evaluate("localStorage.a") == "1"
                await page.evaluate("localStorage.clear()")
                await page.reload()
                assert await page.evaluate("localStorage.length") == 0


async def test_playwrights_own_disabled_features_stay_disabled(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    async with linked(simulator, tmp_path / "profile") as line:
        own, ours = disabled_features(line.page.browser_pid)
    assert own <= ours, "Chromium heeds the last flag only: repeat what Playwright added"
    assert set(SQLITE_ROLL_OUT) <= ours


@pytest.mark.parametrize("own_flags", [True, False])
async def test_a_roll_out_of_the_sqlite_backend_does_not_reach_our_profiles(
    tmp_path: Path, *, own_flags: bool
) -> None:
    profile = tmp_path / "profile"
    with site() as plain:
        where = replace(plain, own_flags=own_flags, more=(ROLLED_OUT,))
        async with async_playwright() as playwright, browser(playwright, profile, where) as page:
            await page.evaluate("begin(10, 100)")
    assert backend_of(profile) == (LEVELDB if own_flags else SQLITE)
