"""Look at a dead-letter queue, send its letters back, or drop them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from switchboard.application.failed_messages import RedriveMessage
from switchboard.domain.dead_letter import Letter
from switchboard.domain.errors import NotFound, Permanent
from switchboard.domain.ids import parse_message_id, parse_organization_id
from switchboard.ports.letters import Letters


class Handled(StrEnum):
    """What became of a letter."""

    SENT_BACK = "sent back"
    QUEUED_AGAIN = "queued again"
    """The failed message that it is about."""
    DROPPED = "dropped"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One letter, and why it was left."""

    letter: Letter
    handled: Handled
    why: str = ""


@dataclass(frozen=True, slots=True)
class WorkDeadLetters:
    """Every queue by its name; letters that are only looked at become visible again.

    Raises:
        NotFound: no such queue, or no letter with that id among those that could be taken.
        Conflict: nothing stands before the queue, so nothing can be sent back.
        DependencyUnavailable: SQS did not answer.
    """

    queues: Mapping[str, Letters]
    redrive_message: RedriveMessage

    def counts(self) -> Mapping[str, int]:
        """About how many wait in each queue."""
        return {name: queue.count() for name, queue in self.queues.items()}

    def show(self, name: str, limit: int) -> Sequence[Letter]:
        """The first letters."""
        with _taken(self._queue(name), limit) as letters:
            return list(letters)

    def redrive(
        self, name: str, limit: int, only: str | None = None, *, unconfirmed: bool = False
    ) -> Sequence[Outcome]:
        """Give letters back to their consumer.

        A letter about a failed message queues that message again, if it still waits for a person.

        Args:
            name: the queue.
            limit: letters at most.
            only: the id of one letter.
            unconfirmed: also messages that may have reached their contact.
        """
        queue = self._queue(name)
        with _taken(queue, limit, only) as letters:
            return [self._back(queue, letter, unconfirmed=unconfirmed) for letter in letters]

    def drop(self, name: str, limit: int, only: str | None = None) -> Sequence[Outcome]:
        """Delete letters: nothing more is done about them."""
        queue = self._queue(name)
        with _taken(queue, limit, only) as letters:
            for letter in letters:
                queue.drop(letter)
            return [Outcome(letter, Handled.DROPPED) for letter in letters]

    def _back(self, queue: Letters, letter: Letter, *, unconfirmed: bool) -> Outcome:
        if not letter.is_failed_message:
            queue.send_back(letter)
            return Outcome(letter, Handled.SENT_BACK)
        try:
            self.redrive_message(
                parse_organization_id(letter.organization_id),
                parse_message_id(letter.message_id),
                unconfirmed=unconfirmed,
            )
        except Permanent as error:
            return Outcome(letter, Handled.LEFT, str(error))
        queue.drop(letter)
        return Outcome(letter, Handled.QUEUED_AGAIN)

    def _queue(self, name: str) -> Letters:
        if name not in self.queues:
            raise NotFound(f"the dead-letter queue {name!r} (there are {', '.join(self.queues)})")
        return self.queues[name]


@contextmanager
def _taken(queue: Letters, limit: int, only: str | None = None) -> Iterator[Sequence[Letter]]:
    """Take letters until there are enough or none; what is still there at the end is shown again.

    Raises:
        NotFound: `only` is not among them.
    """
    letters: list[Letter] = []
    try:
        while len(letters) < limit and (more := queue.take(limit - len(letters))):
            letters += more
        wanted = [one for one in letters if only in (None, one.id)]
        if only is not None and not wanted:
            raise NotFound(f"a letter {only} among the first {len(letters)}")
        yield wanted
    finally:
        for letter in letters:
            queue.leave(letter)
