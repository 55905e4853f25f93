"""A login under writes, at WhatsApp's own origin: TLS on loopback, keys made at the start."""

import functools
import http.server
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, Playwright
from tests.integration.whatsapp_web.followed_page import executable

from browser_host.whatsapp_web.flags import flags
from browser_host.whatsapp_web.injection import ORIGIN
from browser_host.whatsapp_web.storage import putting_back
from simulator.certificate import make_tls_identity

FOLDER = Path(__file__).parent / "login"


@dataclass(frozen=True)
class Site:
    """Where it listens, and the pin of its key."""

    port: int
    spki: str
    own_flags: bool = True
    """Whether browsers get the host's own flags."""
    more: tuple[str, ...] = ()

    @property
    def arguments(self) -> list[str]:
        """How Chromium reaches it as WhatsApp's origin."""
        rules = f"MAP web.whatsapp.com 127.0.0.1:{self.port},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1"
        return [
            *(flags() if self.own_flags else []),
            f"--host-resolver-rules={rules}",
            f"--ignore-certificate-errors-spki-list={self.spki}",
            "--no-sandbox",
            *self.more,
        ]


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        return super().translate_path("/page.html" if path == "/" else path)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[Site]:
    identity = make_tls_identity()
    handler = functools.partial(QuietHandler, directory=str(FOLDER))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.socket = identity.context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(server.server_port, identity.spki)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def browser(
    playwright: Playwright, profile: Path, where: Site, storage: Mapping[str, str] | None = None
) -> AsyncIterator[Page]:
    """The page in a browser with the host's own flags; localStorage put back as the host does."""
    context = await playwright.chromium.launch_persistent_context(
        profile,
        executable_path=executable(),
        headless=True,
        args=where.arguments,
        timeout=60_000,
    )
    try:
        page = context.pages[0]
        async with putting_back(page, storage):
            await page.goto(ORIGIN, wait_until="commit")
        await page.wait_for_load_state()
        yield page
    finally:
        await context.close()
