"""What a mutant is: a rule left out of the real code, and who must notice."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from tests.simulation.promises.violation import Promise


@dataclass(frozen=True)
class Mutant:
    """A rule left out, and the promise that it must break: caught by another it is not caught."""

    promise: Promise
    patch: Callable[[], AbstractContextManager[None]]
    also: frozenset[Promise] = frozenset()
    """Promises that cannot but break with it."""

    def caught_by(self, broken: set[Promise]) -> bool:
        """Whether its promise is broken, and no judge saw what that promise does not explain."""
        return self.promise in broken and broken <= {self.promise} | self.also
