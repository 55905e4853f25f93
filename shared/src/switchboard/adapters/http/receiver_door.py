"""One POST to a receiver: to the address that was judged, within a time that really ends."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException
from urllib.parse import SplitResult, urlsplit

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)
from urllib3.util.ssl_match_hostname import CertificateError

from switchboard.adapters.http.bounded import PlainConnection, TlsConnection, ended_at
from switchboard.adapters.http.resolving import (
    RESOLVE_WITHIN,
    ForbiddenAddressError,
    Resolver,
    UnresolvableError,
)
from switchboard.domain.delivery import Answer, Failure
from switchboard.domain.receiver import port_of

_CONNECT_SECONDS = 3.0
_LAST_SUCCESS = 299


@dataclass(frozen=True, slots=True)
class HttpReceiverDoor:
    """`ReceiverDoor`: no redirects, no proxies of the environment, no second look-up.

    Attributes:
        resolver: judges where a name leads.
        ca_file: authorities to trust; None for those of the system.
    """

    resolver: Resolver
    ca_file: str | None = None

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, within: timedelta
    ) -> Answer:
        """POST once."""
        started = time.monotonic()
        status, failure = self._try(urlsplit(url), headers, body, within)
        return Answer(timedelta(seconds=time.monotonic() - started), status, failure)

    def _try(
        self, parts: SplitResult, headers: Mapping[str, str], body: bytes, within: timedelta
    ) -> tuple[int | None, Failure | None]:
        ends_at = time.monotonic() + within.total_seconds()
        try:
            host, port = parts.hostname or "", port_of(parts)
            address = self.resolver.address(host, port, min(within, RESOLVE_WITHIN))
            status = self._status(parts, address, headers, body, ends_at)
        except UnresolvableError:
            return None, Failure.UNRESOLVABLE
        except ForbiddenAddressError:
            return None, Failure.FORBIDDEN_ADDRESS
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            return None, Failure.TIMED_OUT if time.monotonic() >= ends_at else _broken(error)
        if time.monotonic() >= ends_at:  # what came was cut off
            return status, Failure.TIMED_OUT
        return status, _failure(status)

    def _status(
        self,
        parts: SplitResult,
        address: str,
        headers: Mapping[str, str],
        body: bytes,
        ends_at: float,
    ) -> int:
        """The status line; the connection is closed before anything more is read."""
        connection = self._connection(parts, address, ends_at)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        with ended_at(connection, ends_at):
            connection.connect()
            if connection.sock is not None:
                connection.sock.settimeout(max(0.1, ends_at - time.monotonic()))
            sent = {"Host": parts.netloc, **headers}
            connection.request("POST", target, body=body, headers=sent, preload_content=False)
            return int(connection.getresponse().status)

    def _connection(
        self, parts: SplitResult, address: str, ends_at: float
    ) -> PlainConnection | TlsConnection:
        """To the address; certificate and server name are those of the URL's host."""
        port, left = port_of(parts), max(0.1, ends_at - time.monotonic())
        timeout = min(_CONNECT_SECONDS, left)
        if parts.scheme != "https":
            return PlainConnection(address, port, timeout=timeout)
        return TlsConnection(
            address,
            port,
            timeout=timeout,
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
            ca_certs=self.ca_file,
            cert_reqs="CERT_REQUIRED",
        )


def _broken(error: Exception) -> Failure:
    """Why there is no answer; a refused connection is one of urllib3's time-outs by class."""
    match error:
        case ssl.SSLError() | CertificateError():
            return Failure.TLS_FAILED
        case NewConnectionError():
            return Failure.UNREACHABLE
        case ConnectTimeoutError() | ReadTimeoutError() | TimeoutError():
            return Failure.TIMED_OUT
        case _:
            return Failure.UNREACHABLE


def _failure(status: int) -> Failure | None:
    if HTTPStatus.OK <= status <= _LAST_SUCCESS:
        return None
    redirected = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    return Failure.REDIRECTED if redirected else Failure.REFUSED
