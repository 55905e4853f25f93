"""What lies between one host and the world, and can be cut: a door to AWS and one to WhatsApp.

No root is needed: the host is given the doors' addresses instead of the real ones.
"""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

ANSWERS_WITHIN_SECONDS = 60.0
_HOP = {"host", "connection", "transfer-encoding", "content-length", "keep-alive"}
_FAULTS = (
    (500, "com.amazonaws.dynamodb.v20120810#InternalServerError"),
    (400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"),
)


class Doors:
    """Use as a context manager.

    Attributes:
        aws: `http://127.0.0.1:PORT`, to use for every service.
        whatsapp: `127.0.0.1:PORT`, raw TCP.
        address: A loopback address of this host's own, from which WhatsApp is reached.
    """

    def __init__(self, aws_endpoint: str, whatsapp: str, address: str) -> None:
        self._aws_endpoint, self._whatsapp, self.address = aws_endpoint, whatsapp, address
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._client: aiohttp.ClientSession | None = None
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()
        self._is_cut = self._is_browned_out = False
        self._faults = 0
        self.aws = self.whatsapp = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def cut(self) -> None:
        """Everything under way ends, nothing new gets through."""
        self._is_cut = True
        self._run(self._abort_all())

    def brown_out(self) -> None:
        """DynamoDB answers with faults and throttling; everything else works."""
        self._is_browned_out = True

    def mend(self) -> None:
        """Everything works again."""
        self._is_cut = self._is_browned_out = False

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(ANSWERS_WITHIN_SECONDS)

    async def _open(self) -> None:
        timeout = aiohttp.ClientTimeout(total=ANSWERS_WITHIN_SECONDS)
        connector = aiohttp.TCPConnector(limit=0)
        self._client = aiohttp.ClientSession(
            timeout=timeout, connector=connector, auto_decompress=False
        )
        app = web.Application(client_max_size=0)
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.aws = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.whatsapp = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._abort_all()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._client is not None:
            await self._client.close()

    async def _abort_all(self) -> None:
        for writer in list(self._streams):
            writer.transport.abort()
        server = self._runner.server if self._runner is not None else None
        for connection in list(server.connections) if server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        if self._is_cut:
            return _hang_up(request)
        body = await request.read()
        target = request.headers.get("X-Amz-Target", "")
        if self._is_browned_out and target.startswith("DynamoDB_"):
            return self._fault()
        assert self._client is not None
        headers = {key: value for key, value in request.headers.items() if key.lower() not in _HOP}
        url = f"{self._aws_endpoint}{request.raw_path}"
        try:
            answer = await self._client.request(request.method, url, data=body, headers=headers)
            async with answer:
                content = await answer.read()
        except aiohttp.ClientError:
            return _hang_up(request)
        if self._is_cut:
            return _hang_up(request)
        kept = {key: value for key, value in answer.headers.items() if key.lower() not in _HOP}
        return web.Response(body=content, status=answer.status, headers=kept)

    def _fault(self) -> web.Response:
        self._faults += 1
        status, kind = _FAULTS[self._faults % len(_FAULTS)]
        return web.json_response({"__type": kind, "message": "staged"}, status=status)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        host, _, port = self._whatsapp.partition(":")
        try:
            own = (self.address, 0)
            far = await asyncio.open_connection(host, int(port), local_addr=own)
        except OSError:
            writer.transport.abort()
            return
        far_reader, far_writer = far
        async with asyncio.TaskGroup() as both:
            both.create_task(self._pump(reader, far_writer))
            both.create_task(self._pump(far_reader, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._streams.add(writer)
        try:
            with suppress(OSError):
                while data := await reader.read(65536):
                    writer.write(data)
                    await writer.drain()
        finally:
            self._streams.discard(writer)
            with suppress(OSError, RuntimeError):
                writer.close()


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
