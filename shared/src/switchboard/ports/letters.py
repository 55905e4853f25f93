"""A dead-letter queue as a person works on it; `DeadLetters` is the side that fills it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.domain.dead_letter import Letter


class Letters(Protocol):
    """One dead-letter queue and the queue that it stands behind.

    Every method raises DependencyUnavailable when the queue does not answer.
    """

    def count(self) -> int:
        """How many wait, about: those that somebody just looks at are not counted."""
        ...

    def take(self, limit: int) -> Sequence[Letter]:
        """Up to ten letters; each is hidden for 30 s, unless it is left or dropped before.

        Fewer than `limit` is no proof that no more wait; none at all is nearly one. In a FIFO
        queue those of one group come only as the ones before them are done with.
        """
        ...

    def leave(self, letter: Letter) -> None:
        """Have it visible again; nothing happens when that comes too late."""
        ...

    def send_back(self, letter: Letter) -> None:
        """Give its consumer the original again, then drop the letter: at least once.

        Raises:
            Conflict: no queue stands before this one.
        """
        ...

    def drop(self, letter: Letter) -> None:
        """Delete it."""
        ...
