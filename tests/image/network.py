"""A network namespace of the container's own, joined to this machine by one cable that can be cut.

The namespace has nothing but its loopback. For each service a listener is opened inside it, on the
port that the service has outside, and what comes in is carried to the service. So the container
speaks to the same addresses as a host on this machine, and no address but loopback is used.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Self

CHUNK_BYTES = 65_536


class Cable:
    """Use as a context manager; `cut` and `heal` may be called at any time."""

    def __init__(self, name: str, ports: list[int]) -> None:
        self.name, self.ports = name, ports
        self.loop = asyncio.new_event_loop()
        self.whole = asyncio.Event()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.pumps: set[asyncio.Task[None]] = set()

    @property
    def namespace(self) -> Path:
        return Path("/run/netns") / self.name

    def __enter__(self) -> Self:
        self.remove()
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "set", "lo", "up")
        self.thread.start()
        self._do(self._serve([self._listener(port) for port in self.ports]))
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.remove()

    def remove(self) -> None:
        subprocess.run(
            ["ip", "netns", "delete", self.name], check=False, capture_output=True, timeout=10
        )

    def cut(self) -> None:
        """Nothing passes; connections stay open and silent, as they do when a cable is cut."""
        self.loop.call_soon_threadsafe(self.whole.clear)

    def heal(self) -> None:
        self.loop.call_soon_threadsafe(self.whole.set)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def _listener(self, port: int) -> socket.socket:
        """A socket belongs to the namespace in which it was made, wherever it is used."""
        made: list[socket.socket] = []

        def make() -> None:
            with self.namespace.open("rb") as namespace:
                os.setns(namespace.fileno(), os.CLONE_NEWNET)  # of this thread only
            made.append(socket.create_server(("127.0.0.1", port)))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join(10)
        return made[0]

    async def _serve(self, listeners: list[socket.socket]) -> None:
        self.whole.set()
        for listener in listeners:
            await asyncio.start_server(self._carry, sock=listener)

    async def _end(self) -> None:
        for pump in self.pumps:
            pump.cancel()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = writer.get_extra_info("sockname")[1]
        await self.whole.wait()
        with contextlib.suppress(OSError):
            outer_reader, outer_writer = await asyncio.open_connection("127.0.0.1", port)
            for source, sink in ((reader, outer_writer), (outer_reader, writer)):
                pump = self.loop.create_task(self._pump(source, sink))
                self.pumps.add(pump)
                pump.add_done_callback(self.pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK_BYTES):
                await self.whole.wait()
                sink.write(chunk)
                await sink.drain()
        sink.close()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, timeout=10)
