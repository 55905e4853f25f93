"""localStorage put back before WhatsApp's code reads it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from playwright.async_api import Page

from browser_host.whatsapp_web.injection import ORIGIN


@asynccontextmanager
async def putting_back(page: Page, items: Mapping[str, str] | None) -> AsyncIterator[None]:
    """The navigation inside finds these items and no others; later ones are left alone.

    A script that stayed would put a login back that WhatsApp has ended meanwhile.
    """
    if items is None:
        yield
        return
    session = await page.context.new_cdp_session(page)
    try:
        await session.send("Page.enable")  # without it the script is not run
        added = await session.send(
            "Page.addScriptToEvaluateOnNewDocument", {"source": _script(items)}
        )
        yield
        await session.send(
            "Page.removeScriptToEvaluateOnNewDocument", {"identifier": added["identifier"]}
        )
    finally:
        await session.detach()


def _script(items: Mapping[str, str]) -> str:
    top_frame = f"window.top === window && location.origin === {json.dumps(ORIGIN)}"
    put = "for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value);"
    known = json.dumps(dict(items))
    return f"if ({top_frame}) {{ const items = {known}; localStorage.clear(); {put} }}"
