"""The phone: a page for a person, and the live view behind it."""

import asyncio
import base64
import json
from pathlib import Path

import segno
from aiohttp import web

from simulator.view import describe
from simulator.world import World

PHONE = Path(__file__).parent / "phone"
FILES = {
    "phone.css": "text/css",
    "phone.js": "text/javascript",
    "view.js": "text/javascript",
    "server.js": "text/javascript",
    "text.js": "text/javascript",
}
SHORTEST_INTERVAL_SECONDS = 0.1  # a burst of messages redraws the phone ten times a second
KEEP_ALIVE_SECONDS = 15.0
CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data: blob:"


class Phone:
    """Serves the phone's page, its QR pictures, uploaded pictures, and its events."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The phone's routes."""
        return [
            web.get("/phone", self.page),
            web.get("/phone/events", self.events),
            web.get("/phone/qr/{cid}.svg", self.qr),
            web.get("/phone/media/{hash}", self.media),
            web.get("/phone/{name}", self.file),
        ]

    async def page(self, _request: web.Request) -> web.Response:
        """The page."""
        headers = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Cache-Control": "no-store",
        }
        text = (PHONE / "index.html").read_text(encoding="utf-8")
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def file(self, request: web.Request) -> web.Response:
        """A script or style of the page."""
        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        body = (PHONE / name).read_bytes()
        headers = {"Cache-Control": "no-store"}
        return web.Response(body=body, content_type=FILES[name], headers=headers)

    async def qr(self, request: web.Request) -> web.Response:
        """The QR that a waiting page shows, as a picture."""
        connection = self._world.connections.get(request.match_info["cid"])
        if not connection or not connection.qr_text:
            raise web.HTTPNotFound
        picture = segno.make_qr(connection.qr_text, error="l")
        svg = picture.svg_inline(scale=4, border=2, dark="#111b21", light="#ffffff")
        namespaced = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
        return web.Response(text=namespaced, content_type="image/svg+xml")

    async def media(self, request: web.Request) -> web.Response:
        """An uploaded picture; other kinds of files are not shown."""
        media = self._world.media.get(request.match_info["hash"])
        if not media or media.mimetype not in {"image/png", "image/jpeg", "image/webp"}:
            raise web.HTTPNotFound
        return web.Response(body=base64.b64decode(media.b64), content_type=media.mimetype)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: the whole view at the start and after each change."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        changed = asyncio.Event()
        self._world.watchers.add(changed)
        try:
            await self._stream(response, changed)
        except ConnectionResetError:
            pass  # the person closed the page
        finally:
            self._world.watchers.discard(changed)
        return response

    async def _stream(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        while True:
            changed.clear()
            view = json.dumps(describe(self._world))
            await response.write(f"data: {view}\n\n".encode())
            await asyncio.sleep(SHORTEST_INTERVAL_SECONDS)
            try:
                await asyncio.wait_for(changed.wait(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                continue  # sent anyway: it shows a page that has silently gone
