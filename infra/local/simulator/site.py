"""The page's files, as web.whatsapp.com and static.whatsapp.net serve theirs."""

import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.world import World

PAGE = Path(__file__).parent / "page"
ASSET_PATH = "/rsrc.php/v4/sim"
STATIC_ORIGIN = "https://static.whatsapp.net"
ONE_YEAR_SECONDS = 31_536_000

EARLY_FILES = (
    "runtime/loader.js",
    "runtime/define.js",
    "models/event_emitter.js",
    "models/base_model.js",
    "models/collection.js",
    "models/wid.js",
    "models/msg_key.js",
    "connection/constants.js",
    "connection/buses.js",
    "connection/state_models.js",
    "connection/credentials.js",
    "connection/identity.js",
    "connection/linking.js",
    "connection/lid.js",
    "link/socket.js",
    "link/login.js",
    "link/frames.js",
)
LATE_FILES = (
    "chats/contacts.js",
    "chats/messages.js",
    "chats/afterwards.js",
    "chats/chats.js",
    "chats/storage.js",
    "chats/side_collections.js",
    "chats/finding.js",
    "chats/sending.js",
    "chats/chat_actions.js",
    "chats/media.js",
    "chats/links.js",
    "chats/getters.js",
    "chats/inert.js",
)
BOOT_FILE = "link/boot.js"

CONTENT_SECURITY_POLICY = (
    "default-src 'self' data: blob:; "
    "script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval' https://static.whatsapp.net; "
    "style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' https://*.whatsapp.net wss://web.whatsapp.com; "
    "worker-src 'self' blob:; "
    "img-src * data: blob:"
)


def page_digest() -> str:
    """A name for this version of the page's files: browsers keep them for a year."""
    digest = hashlib.sha256()
    for file in (*EARLY_FILES, *LATE_FILES, BOOT_FILE):
        digest.update((PAGE / file).read_bytes())
    return digest.hexdigest()[:12]


class Site:
    """Serves the page; strict policy and cache headers as on the real site."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._digest = page_digest()

    def routes(self) -> list[web.RouteDef]:
        """The site's routes."""
        return [
            web.get("/", self.index),
            web.get("/sw.js", self.service_worker),
            web.get(ASSET_PATH + "/{digest}/{folder}/{name}", self.asset),
            web.get("/data/manifest.json", self.manifest),
            web.get("/favicon.ico", self.favicon),
        ]

    async def index(self, request: web.Request) -> web.Response:
        """The page itself; `?cfg=` overrides the page knobs for one load."""
        nonce = secrets.token_hex(8)
        is_plain = request.url.scheme == "http" or "rel" in request.query
        origin = "" if is_plain else STATIC_ORIGIN
        knobs = json.loads(request.query.get("cfg", "null")) or dict(self._world.settings.page)
        text = (PAGE / "index.html").read_text(encoding="utf-8")
        text = text.replace("{{scripts}}", self._scripts(origin))
        text = text.replace("{{settings}}", _as_script_json(knobs)).replace("{{nonce}}", nonce)
        headers = {"Cache-Control": "no-store"}
        if not self._world.settings.nocsp:
            headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(nonce=nonce)
        return web.Response(text=text, content_type="text/html", headers=headers)

    def _scripts(self, origin: str) -> str:
        base = f"{origin}{ASSET_PATH}/{self._digest}/"
        tag = '<script nonce="{{nonce}}" crossorigin="anonymous" src="%s"%s></script>'
        early = [tag % (base + file, "") for file in EARLY_FILES]
        late = f' data-late="{" ".join(LATE_FILES)}"'
        return "\n".join((*early, tag % (base + BOOT_FILE, late)))

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """One script, kept by browsers for a year."""
        self._world.asset_hits += 1
        file = f"{request.match_info['folder']}/{request.match_info['name']}"
        if file not in {*EARLY_FILES, *LATE_FILES, BOOT_FILE}:
            raise web.HTTPNotFound
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": f"max-age={ONE_YEAR_SECONDS}",
        }
        return web.Response(
            body=(PAGE / file).read_bytes(), content_type="text/javascript", headers=headers
        )

    async def service_worker(self, _request: web.Request) -> web.StreamResponse:
        """The service worker."""
        body = (PAGE / "sw.js").read_bytes()
        return web.Response(body=body, content_type="text/javascript")

    async def manifest(self, _request: web.Request) -> web.Response:
        """The web app manifest."""
        return web.json_response({})

    async def favicon(self, _request: web.Request) -> web.Response:
        """No icon."""
        return web.Response(status=204)


def _as_script_json(value: Any) -> str:
    return json.dumps(value).replace("<", "\\u003c")
