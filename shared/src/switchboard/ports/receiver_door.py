"""The way out to receivers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from switchboard.domain.delivery import Answer


class ReceiverDoor(Protocol):
    """Never goes to a private address, whatever a name resolves to, and follows no redirect."""

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, within: timedelta
    ) -> Answer:
        """POST once, and wait for the answer's status; its body is not read.

        Args:
            url: as parsed by `domain.receiver`.
            headers: all that the request shall carry beside Host and Content-Length.
            body: the content.
            within: from the start to the status line.
        """
        ...


class NameCheck(Protocol):
    """Looks where a receiver's name leads before it is stored."""

    def leads_inside(self, url: str) -> bool:
        """Whether the name resolves to a private address now; an unknown name does not."""
        ...
