"""Launching Chromium on a profile, and ending it for good."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import BrowserContext, Playwright
from playwright.async_api import Error as PlaywrightError

from browser_host.whatsapp_web.chromium import Chromium, browser_pid, end_leftovers
from browser_host.whatsapp_web.flags import flags
from browser_host.whatsapp_web.profile_lock import ProfileLock
from browser_host.whatsapp_web.settings import BrowserSettings
from switchboard.domain.errors import PageNeverReady

_log = logging.getLogger(__name__)

_EXIT_AFTER_CLOSE = timedelta(seconds=3)
"""From Playwright's closed context to the last process's exit; then the group is killed."""


@dataclass(slots=True)
class LaunchedBrowser:
    """One Chromium with one profile."""

    context: BrowserContext
    chromium: Chromium
    lock: ProfileLock
    user_agent: str
    close_within: timedelta

    async def end(self) -> None:
        """Close cleanly if that still works, else kill; no process is left. Idempotent."""
        try:
            if self.chromium.running:
                await self._close()
            await self.chromium.end(_EXIT_AFTER_CLOSE)
        finally:
            self.lock.release()

    async def _close(self) -> None:
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(self.close_within.total_seconds()):
                await self.context.close()


async def launch(
    playwright: Playwright,
    settings: BrowserSettings,
    user_agent: str,
    profile: Path,
    on_exit: Callable[[], None],
) -> LaunchedBrowser:
    """Launch on a profile that no other page uses; `on_exit` is called when the browser ends.

    Raises:
        PageNeverReady: the profile is in use, or the browser did not start.
    """
    lock = await asyncio.to_thread(_take_profile, profile)
    try:
        context = await _start(playwright, settings, user_agent, profile)
        chromium = Chromium(await asyncio.to_thread(browser_pid, profile), on_exit)
    except (PlaywrightError, OSError) as error:
        await asyncio.to_thread(_give_back, profile, lock)
        raise PageNeverReady("the browser did not start") from error
    except BaseException:
        _give_back(profile, lock)
        raise
    return LaunchedBrowser(context, chromium, lock, user_agent, settings.close_within)


def _take_profile(profile: Path) -> ProfileLock:
    lock = ProfileLock(profile)
    if left := end_leftovers(profile):
        _log.warning("browser.leftovers.ended", extra={"count": left})
    return lock


def _give_back(profile: Path, lock: ProfileLock) -> None:
    end_leftovers(profile)
    lock.release()


async def _start(
    playwright: Playwright, settings: BrowserSettings, user_agent: str, profile: Path
) -> BrowserContext:
    return await playwright.chromium.launch_persistent_context(
        profile,
        executable_path=settings.executable,
        headless=True,
        chromium_sandbox=settings.sandbox,
        # The whole browser's, service workers included; an emulated one is the page's only.
        args=[*flags(), f"--user-agent={user_agent}", *settings.extra_args],
        accept_downloads=False,
        # The host drains and closes pages itself: the driver must not do it before.
        handle_sigterm=False,
        handle_sigint=False,
        handle_sighup=False,
        timeout=settings.start_within.total_seconds() * 1000,
    )
