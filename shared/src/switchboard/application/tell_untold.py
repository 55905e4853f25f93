"""Tell what operators were not told: the topic failed, or the teller died."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.notify_operators import tell
from switchboard.domain.notice import Notice
from switchboard.ports.clock import Clock
from switchboard.ports.notice_board import NoticeBoard
from switchboard.ports.operators import Operators

_AT_ONCE = 100
"""Most notices a call, some ten seconds; the rest waits for the next one."""


@dataclass(frozen=True, slots=True)
class TellUntold:
    """Most of what a notice is about happens once: no next signal would tell it.

    Raises:
        DependencyUnavailable: at the first that the topic does not take; each try takes long.
    """

    board: NoticeBoard
    operators: Operators
    clock: Clock

    def __call__(self) -> int:
        """How many were told."""
        found = self.board.overdue(self.clock.now(), _AT_ONCE)
        return sum(self._told(notice) for notice in found)

    def _told(self, notice: Notice) -> bool:
        """False when somebody else is at it, or a person has acted on it."""
        if not self.board.take(notice, self.clock.now()):
            return False
        tell(self.board, self.operators, notice)
        return True
