"""A dead-letter queue in memory, as a person works on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import Conflict


@dataclass(slots=True)
class MemoryLetters:
    """`Letters` in memory; `source` None is a queue that nothing stands before."""

    waiting: list[Letter] = field(default_factory=list)
    source: Callable[[str], None] | None = None
    hidden: list[Letter] = field(default_factory=list)

    def count(self) -> int:
        """How many wait."""
        return len(self.waiting)

    def take(self, limit: int) -> Sequence[Letter]:
        """Hide some."""
        taken = self.waiting[: min(limit, 10)]
        self.waiting = self.waiting[len(taken) :]
        self.hidden += taken
        return taken

    def leave(self, letter: Letter) -> None:
        """Show it again."""
        if letter in self.hidden:
            self.hidden.remove(letter)
            self.waiting.append(letter)

    def send_back(self, letter: Letter) -> None:
        """Give its consumer the original."""
        if self.source is None:
            raise Conflict("no queue stands before this one")
        self.source(letter.original)
        self.drop(letter)

    def drop(self, letter: Letter) -> None:
        """Delete it."""
        self.hidden = [one for one in self.hidden if one != letter]
