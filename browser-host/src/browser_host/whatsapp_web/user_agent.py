"""A user agent that does not change with the build: a headless one names itself otherwise.

The string is given to the whole browser, service workers included; the client hints that belong
to it can only be set on the page.
"""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from playwright.async_api import CDPSession

from switchboard.domain.errors import PageNeverReady

ANSWERS_WITHIN = timedelta(seconds=15)


async def browser_version(executable: Path) -> str:
    """The executable's full version.

    Raises:
        PageNeverReady: it does not start or tells no version.
    """
    told = re.search(r"\d+(?:\.\d+){2,}", await _told(executable))
    if told is None:
        raise PageNeverReady("the browser tells no version")
    return told[0]


def desktop_user_agent(version: str) -> str:
    """That of a desktop Chrome with a full version's first number."""
    return (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{version.partition('.')[0]}.0.0.0 Safari/537.36"
    )


async def set_client_hints(session: CDPSession, user_agent: str) -> None:
    """Make the page's client hints say what the user agent says; only for a Chrome's."""
    major = re.search(r"Chrome/(\d+)", user_agent)
    if major is None:
        return
    hints = {
        "brands": [
            {"brand": "Not:A-Brand", "version": "8"},
            {"brand": "Chromium", "version": major[1]},
        ],
        "platform": "Linux",
        "platformVersion": "",
        "architecture": "x86",
        "model": "",
        "mobile": False,
    }
    override = {"userAgent": user_agent, "userAgentMetadata": hints}
    await session.send("Emulation.setUserAgentOverride", override)


async def _told(executable: Path) -> str:
    try:
        asked = await asyncio.create_subprocess_exec(
            executable, "--version", stdout=asyncio.subprocess.PIPE
        )
    except OSError as error:
        raise PageNeverReady("the browser does not start") from error
    try:
        async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
            told, _ = await asked.communicate()
    except TimeoutError as error:
        raise PageNeverReady("the browser does not tell its version") from error
    finally:
        if asked.returncode is None:
            asked.kill()
            await asked.wait()
    return told.decode(errors="replace")
