"""Where operators are told."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.notice import Notice


class Operators(Protocol):
    """People, by way of a topic that they subscribe to."""

    def tell(self, notice: Notice) -> None:
        """Send a notice on.

        Raises:
            DependencyUnavailable: the topic did not take it.
        """
        ...
