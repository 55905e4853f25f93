"""How much of its machine a host uses."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.host import Load


class HostLoad(Protocol):
    """Measures; costs no request."""

    def __call__(self) -> Load:
        """The load now; the processor's share is that since the last call."""
        ...
