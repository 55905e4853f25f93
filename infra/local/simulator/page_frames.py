"""What the server does with each frame from a page."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from simulator import delivery, pairing
from simulator.account import Frame
from simulator.addresses import chat_key, is_registered, lid_of
from simulator.connection import Connection
from simulator.world import Media, World

EMPTY_PNG_B64 = "iVBORw0KGgo="  # what a download yields whose upload nobody saw
MEDIA_KEPT = 200
LARGEST_FRAME_BYTES = 96 * 1024 * 1024  # the site's 64 MiB upload limit in base64

type Handler = Callable[["PageSession", Frame], Awaitable[None]]


class PageSession:
    """One page's conversation with the server, from hello to the closed socket."""

    def __init__(self, world: World, connection: Connection, tasks: asyncio.TaskGroup) -> None:
        self.world = world
        self.connection = connection
        self._tasks = tasks
        self._rotation: asyncio.Task[None] | None = None

    async def answer(self, frame: Frame, **fields: object) -> None:
        """Answers an rpc frame."""
        await self.connection.send({"t": "rpc", "rid": frame["rid"], **fields})

    def start_rotation(self) -> None:
        """Shows a QR now and renews it."""
        self.stop_rotation()
        rotation = pairing.rotate_refs(self.world, self.connection)
        self._rotation = self._tasks.create_task(rotation)

    def stop_rotation(self) -> None:
        """Ends the renewal of QR codes."""
        if self._rotation:
            self._rotation.cancel()

    async def hello(self, frame: Frame) -> None:
        """Resumes a device, refuses one that was removed, or shows a QR."""
        self.connection.qr_keys = frame.get("keys", "")
        device = self.world.device(frame.get("token"))
        if device:
            await pairing.resume(self.world, self.connection, device)
        elif frame.get("me"):
            await self.connection.send({"t": "remote_logout", "reason": "unknown_companion"})
        else:
            self.start_rotation()

    async def new_ref(self, _frame: Frame) -> None:
        """The page asks for a new QR."""
        if self.connection.device is None:
            self.start_rotation()

    async def active(self, _frame: Frame) -> None:
        """The page is logged in: deliver what waits for its device, then let it become MAIN."""
        await asyncio.sleep(self.world.settings.syncDelay)
        await delivery.flush(self.connection)
        await self.connection.send({"t": "offline_done"})
        self.world.touch()

    async def pairing_code(self, frame: Frame) -> None:
        """The page asks for a code to type on the phone."""
        code = await pairing.offer_code(self.world, self.connection, str(frame.get("phone")))
        await self.answer(frame, code=code)

    async def usync(self, frame: Frame) -> None:
        """The page asks for a number's LID."""
        user = frame["id"]
        lid = lid_of(user) if "c.us" in user else user
        await self.answer(frame, lid=lid if is_registered(user) else None)

    async def media_put(self, frame: Frame) -> None:
        """The page uploads a file."""
        media = self.world.media
        media[frame["hash"]] = Media(frame.get("b64", ""), frame.get("mimetype") or "")
        while len(media) > MEDIA_KEPT:
            media.pop(next(iter(media)))
        await self.answer(frame, ok=1)

    async def media_get(self, frame: Frame) -> None:
        """The page downloads a file."""
        media = self.world.media.get(frame["hash"])
        await self.answer(frame, b64=media.b64 if media else EMPTY_PNG_B64)

    async def send(self, frame: Frame) -> None:
        """The page sends a message."""
        await delivery.accept_sent(self.world, self.connection, frame)

    async def rcpt(self, frame: Frame) -> None:
        """The page has stored a message or receipt."""
        device = self.connection.device
        if not device:
            return
        device.queue.acknowledge(frame["id"], frame.get("ack"))
        if frame.get("ack") is None:
            delivery.note_taken(self.world, device.account, chat_key(frame["chat"]), frame["id"])

    async def seen(self, frame: Frame) -> None:
        """The line read a chat."""
        device = self.connection.device
        if device:
            delivery.note_seen(self.world, device.account, chat_key(frame["id"]))

    async def chatstate(self, frame: Frame) -> None:
        """The line types, records or pauses."""
        device = self.connection.device
        if device:
            composing = not frame["k"].lower().endswith("paused")
            key = chat_key(frame["id"])
            delivery.note_typing(self.world, device.account, key, composing=composing)

    async def logout(self, _frame: Frame) -> None:
        """The page's user logged out."""
        if self.connection.device:
            pairing.unlink(self.world, self.connection.device)


HANDLERS: dict[str, Handler] = {
    "hello": PageSession.hello,
    "new_ref": PageSession.new_ref,
    "active": PageSession.active,
    "pairing_code": PageSession.pairing_code,
    "usync": PageSession.usync,
    "media_put": PageSession.media_put,
    "media_get": PageSession.media_get,
    "send": PageSession.send,
    "rcpt": PageSession.rcpt,
    "seen": PageSession.seen,
    "chatstate": PageSession.chatstate,
    "logout": PageSession.logout,
}  # `presence` and `presence_sub` are only logged


async def serve_page(world: World, request: web.Request) -> web.WebSocketResponse:
    """Serves one page's WebSocket until it closes."""
    socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME_BYTES)
    await socket.prepare(request)
    connection = Connection(socket, request.remote or "")
    world.connections[connection.cid] = connection
    try:
        async with asyncio.TaskGroup() as tasks:
            session = PageSession(world, connection, tasks)
            await connection.send({"t": "cid", "cid": connection.cid})
            await _answer_frames(session)
            session.stop_rotation()
    finally:
        world.connections.pop(connection.cid, None)
        world.touch()
    return socket


async def _answer_frames(session: PageSession) -> None:
    async for message in session.connection.socket:
        if message.type != WSMsgType.TEXT:
            break
        frame = json.loads(message.data)
        session.connection.log.append(frame["t"])
        handler = HANDLERS.get(frame["t"])
        if handler:
            await handler(session, frame)
