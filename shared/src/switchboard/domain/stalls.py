"""Sends that a connected page does not begin: is the message to blame, or the page?"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.domain.ids import MessageId

FORGIVEN_FOR = timedelta(hours=1)
"""A page that stalls with everything, as in an outage of WhatsApp, fails no message before."""
STUCK_AFTER = timedelta(minutes=5)
STUCK_STALLS = 4
"""A page that began nothing for so long, and so many times, is replaced."""


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
    in_a_row: int = 0
    """Stalls since a send began last, on whichever page."""
    on_this_page: int = 0
    """Stalls since the page was opened, or began a send last."""
    stuck_since: float = 0.0
    """When the first of `stuck_with` stalled; without meaning while there is none."""
    stuck_with: set[MessageId] = field(default_factory=set)
    """Messages that stalled since the page began one last."""
    tried_anew: set[MessageId] = field(default_factory=set)
    """Messages for which a page was replaced: alone, each is worth one."""

    def begun(self, message_id: MessageId) -> None:
        """The page can send: what stalls beside this one is to blame itself."""
        self.began += 1
        self.in_a_row = self.on_this_page = 0
        self.stuck_with.clear()
        self.forget(message_id)

    def stalled(self, message_id: MessageId, now: float) -> Stall:
        """Note a stall; the first of a message says nothing of whose fault it is."""
        last = self.known.get(message_id, Stall(now, 0, self.began, own_fault=False))
        others_went = self.began > last.began
        own_fault = others_went or now - last.first_at >= FORGIVEN_FOR.total_seconds()
        stall = Stall(last.first_at, last.times + 1, self.began, own_fault)
        self.known[message_id] = stall
        self.in_a_row += 1
        self.on_this_page += 1
        self.stuck_since = self.stuck_since if self.stuck_with else now
        self.stuck_with.add(message_id)
        return stall

    @property
    def looks_stuck(self) -> bool:
        """Whether the page, and not one message, seems to be to blame."""
        return len(self.stuck_with) > 1

    def page_is_stuck(self, now: float) -> bool:
        """Whether nothing gets through; to be asked after a stall."""
        worth_one = self.looks_stuck or not self.stuck_with <= self.tried_anew
        lasts = now - self.stuck_since >= STUCK_AFTER.total_seconds()
        return worth_one and lasts and self.on_this_page >= STUCK_STALLS

    def page_is_fresh(self) -> None:
        """It is another one: what stuck before is not held against it."""
        self.tried_anew |= self.stuck_with
        self.on_this_page = 0
        self.stuck_with.clear()

    def keep(self, waiting: AbstractSet[MessageId]) -> None:
        """Forget what waits no more."""
        for message_id in self.known.keys() - waiting:
            self.forget(message_id)

    def forget(self, message_id: MessageId) -> None:
        """It has gone, or ended."""
        self.stuck_with.discard(message_id)
        self.tried_anew.discard(message_id)
        self.known.pop(message_id, None)
