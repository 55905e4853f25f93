"""Names to addresses, judged before anybody connects."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from switchboard.domain.public_address import Reach, is_allowed

RESOLVE_WITHIN = timedelta(seconds=2)
"""A name that takes longer is taken for one without an address; a delivery is tried again."""

type Resolve = Callable[[str, int], Sequence[str]]


class UnresolvableError(Exception):
    """No address for the name, or none in time."""


class ForbiddenAddressError(Exception):
    """The name leads to an address that we do not go to."""


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the operating system answers.

    Raises:
        OSError: there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves once; who connects uses the address given here and asks nobody again."""

    reach: Reach
    resolve: Resolve = field(default=system_resolve)

    def address(self, host: str, port: int, within: timedelta) -> str:
        """An address of the name; when any of its addresses is forbidden, none is used.

        Raises:
            UnresolvableError: no answer in time, or no address.
            ForbiddenAddressError: one of them is not allowed.
        """
        addresses = self._in_time(host, port, within)
        if not addresses:
            raise UnresolvableError(host)
        if not all(is_allowed(address, self.reach) for address in addresses):
            raise ForbiddenAddressError(host)
        return addresses[0]

    def leads_inside(self, url: str) -> bool:
        """`NameCheck`."""
        parts = urlsplit(url)
        try:
            self.address(parts.hostname or "", parts.port or 443, RESOLVE_WITHIN)
        except ForbiddenAddressError:
            return True
        except UnresolvableError:
            return False
        return False

    def _in_time(self, host: str, port: int, within: timedelta) -> Sequence[str]:
        """The system's resolver takes no time-out: it is asked in a thread that may be left."""
        answers: queue.Queue[Sequence[str] | Exception] = queue.Queue()

        def ask() -> None:
            try:
                answers.put(self.resolve(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=within.total_seconds())
        except queue.Empty as error:
            raise UnresolvableError(host) from error
        if isinstance(answer, Exception):
            raise UnresolvableError(host) from answer
        return answer
