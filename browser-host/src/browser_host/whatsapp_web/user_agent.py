"""A user agent that does not change with the build: headless ones call themselves Headless."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from switchboard.domain.errors import PageNeverReady

_ANSWERS_WITHIN = timedelta(seconds=15)


async def desktop_user_agent(executable: Path) -> str:
    """That of a desktop Chrome with the executable's major version.

    Raises:
        PageNeverReady: the executable does not start or tells no version.
    """
    major = re.search(r"(\d+)\.\d+\.\d+", await _version(executable))
    if major is None:
        raise PageNeverReady("the browser tells no version")
    return (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{major[1]}.0.0.0 Safari/537.36"
    )


async def _version(executable: Path) -> str:
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN.total_seconds()):
            asked = await asyncio.create_subprocess_exec(
                executable, "--version", stdout=asyncio.subprocess.PIPE
            )
            told, _ = await asked.communicate()
    except (OSError, TimeoutError) as error:
        raise PageNeverReady("the browser does not start") from error
    return told.decode(errors="replace")
