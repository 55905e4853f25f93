"""Listeners, routes, and the life of the process."""

import asyncio
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass

from aiohttp import web

from simulator.addresses import AddressError
from simulator.certificate import TlsIdentity, make_tls_identity
from simulator.control import ControlError, perform
from simulator.page_frames import serve_page
from simulator.phone import Phone
from simulator.settings import Settings, SettingsError
from simulator.site import Site
from simulator.world import World

LOOPBACK = "127.0.0.1"
BACKLOG = 128
LARGEST_REQUEST_BYTES = 32 * 1024 * 1024  # a picture in a `msg` op
SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Listeners:
    """Bound sockets; port 0 has become a free port."""

    http: socket.socket
    tls: socket.socket

    def announcement(self, spki: str) -> str:
        """The line that tells a parent process where the simulator is."""
        http, tls = (s.getsockname()[1] for s in (self.http, self.tls))
        return json.dumps({
            "http": f"http://{LOOPBACK}:{http}",
            "tls": f"{LOOPBACK}:{tls}",
            "spki": spki,
        })  # fmt: skip


def bind(http_port: int, tls_port: int) -> Listeners:
    """Binds both listeners on loopback; connections wait in the backlog until they are served."""
    return Listeners(*(_listener(port) for port in (http_port, tls_port)))


def _listener(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen(BACKLOG)
    return listener


def make_application(world: World) -> web.Application:
    """The application that both listeners serve."""

    async def control(request: web.Request) -> web.Response:
        return await _control(world, request)

    async def chat_socket(request: web.Request) -> web.WebSocketResponse:
        return await serve_page(world, request)

    application = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
    application.add_routes([web.post("/__ctl", control), web.get("/ws/chat", chat_socket)])
    application.add_routes(Site(world).routes())
    application.add_routes(Phone(world).routes())
    return application


async def _control(world: World, request: web.Request) -> web.Response:
    # A page of another site that a developer has open must not drive the simulator.
    origin = request.headers.get("Origin")
    if origin and origin != str(request.url.origin()):
        return web.json_response({"error": "another origin"}, status=403)
    try:
        return web.json_response(await perform(world, await request.json()))
    except json.JSONDecodeError as error:
        return web.json_response({"error": f"the body is not JSON: {error}"}, status=400)
    except (ControlError, AddressError, SettingsError) as error:
        return web.json_response({"error": str(error)}, status=400)


async def serve(listeners: Listeners, settings: Settings, *, stop_with_stdin: bool) -> None:
    """Announces the listeners on stdout, then serves until SIGTERM or SIGINT.

    Args:
        listeners: Bound sockets.
        settings: How the simulator behaves.
        stop_with_stdin: Also stop when standard input closes, so that a simulator never
            outlives the process that started it.
    """
    identity = make_tls_identity()
    stopping = _stop_signal(stop_with_stdin=stop_with_stdin)
    print(listeners.announcement(identity.spki), flush=True)
    async with asyncio.TaskGroup() as tasks:
        world = World(settings, tasks)
        runner = await _start(world, listeners, identity)
        await stopping.wait()
        await runner.cleanup()
        for task in world.in_flight:
            task.cancel()


async def _start(world: World, listeners: Listeners, identity: TlsIdentity) -> web.AppRunner:
    runner = web.AppRunner(make_application(world), shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    await web.SockSite(runner, listeners.http).start()
    await web.SockSite(runner, listeners.tls, ssl_context=identity.context).start()
    return runner


def _stop_signal(*, stop_with_stdin: bool) -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if stop_with_stdin:
        loop.add_reader(sys.stdin, _stop_at_end_of_stdin, stopping)
    return stopping


def _stop_at_end_of_stdin(stopping: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stopping.set()
