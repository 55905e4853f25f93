"""A host of one page, to be killed: prints a line of JSON once the page shows its QR."""

import asyncio
import json
import sys
from pathlib import Path

from browser_host.whatsapp_web import BrowserSettings, WhatsAppWebPages
from switchboard.adapters.clock import SystemClock
from switchboard.domain.channel_events import QrShown
from switchboard.domain.ids import OrganizationId


async def host(executable: str, wa_js: str, profile: str, extra_args: str) -> None:
    settings = BrowserSettings(
        Path(executable), Path(wa_js), sandbox=False, extra_args=tuple(json.loads(extra_args))
    )
    async with WhatsAppWebPages(settings, SystemClock()) as pages:
        page = await pages.open(OrganizationId("org"), Path(profile))
        async for event in page.events():
            if isinstance(event, QrShown):
                print(json.dumps({"browser": page.browser_pid}), flush=True)


if __name__ == "__main__":
    asyncio.run(host(*sys.argv[1:]))
