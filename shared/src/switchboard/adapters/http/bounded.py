"""urllib3's connections with a time that really ends, however slowly bytes trickle in."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

from urllib3.connection import HTTPConnection, HTTPSConnection


class _WithTwin:
    """Keeps a second handle of the socket, since TLS takes the first one away."""

    twin: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.twin = sock.dup()
        return sock

    def end(self) -> None:
        """Whatever waits for the other side gets an error now."""
        if self.twin is not None:
            with contextlib.suppress(OSError):
                self.twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close both handles."""
        super().close()  # type: ignore[misc]
        if self.twin is not None:
            self.twin.close()
            self.twin = None


class PlainConnection(_WithTwin, HTTPConnection):
    """http, for receivers on loopback."""


class TlsConnection(_WithTwin, HTTPSConnection):
    """https."""


@contextlib.contextmanager
def ended_at(connection: PlainConnection | TlsConnection, ends_at: float) -> Iterator[None]:
    """Ends an exchange by a moment of the monotonic clock.

    A socket's own time-out counts from byte to byte, so that a handshake or a header that comes
    in drops would last for hours.
    """
    timer = threading.Timer(max(0.0, ends_at - time.monotonic()), connection.end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()
