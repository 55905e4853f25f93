"""Sends that a connected page does not begin: is the message to blame, or the page?"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.domain.ids import MessageId

FORGIVEN_FOR = timedelta(hours=1)
"""A page that stalls with everything, as in an outage of WhatsApp, fails no message before."""
STUCK_AFTER = timedelta(minutes=5)
"""A page that began nothing for so long, whichever message it was given, is replaced."""


@dataclass(frozen=True, slots=True)
class Stall:
    """One message's stalls so far."""

    first_at: float
    times: int
    began: int
    """Sends that had begun when it stalled last."""
    own_fault: bool
    """Whether the last one was the message's own fault, and so an attempt."""


@dataclass(slots=True)
class Stalls:
    """One line's stalls, over all its pages. Times are seconds of a clock that does not jump."""

    began: int = 0
    """Sends that a page did begin, whatever became of them."""
    known: dict[MessageId, Stall] = field(default_factory=dict)
    stuck_since: float | None = None
    stuck_with: set[MessageId] = field(default_factory=set)
    """Messages that stalled since the page began one last."""

    def begun(self, message_id: MessageId) -> None:
        """The page can send: what stalls beside this one is to blame itself."""
        self.began += 1
        self.page_is_fresh()
        self.forget(message_id)

    def stalled(self, message_id: MessageId, now: float) -> Stall:
        """Note a stall; the first of a message says nothing of whose fault it is."""
        last = self.known.get(message_id, Stall(now, 0, self.began, own_fault=False))
        others_went = self.began > last.began
        own_fault = others_went or now - last.first_at >= FORGIVEN_FOR.total_seconds()
        stall = Stall(last.first_at, last.times + 1, self.began, own_fault)
        self.known[message_id] = stall
        self.stuck_since = now if self.stuck_since is None else self.stuck_since
        self.stuck_with.add(message_id)
        return stall

    def page_is_stuck(self, now: float) -> bool:
        """Whether nothing gets through, and that with more messages than one."""
        if self.stuck_since is None or len(self.stuck_with) <= 1:
            return False
        return now - self.stuck_since >= STUCK_AFTER.total_seconds()

    def page_is_fresh(self) -> None:
        """It began a send, or is another: what stuck before is not held against it."""
        self.stuck_since = None
        self.stuck_with.clear()

    def keep(self, waiting: AbstractSet[MessageId]) -> None:
        """Forget what waits no more."""
        for message_id in self.known.keys() - waiting:
            self.forget(message_id)

    def forget(self, message_id: MessageId) -> None:
        """It has gone, or ended."""
        self.stuck_with.discard(message_id)
        self.known.pop(message_id, None)
