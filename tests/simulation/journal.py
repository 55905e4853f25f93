"""What happened, in order: the properties are judged by it, a trace prints it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fact:
    """One thing that happened."""

    at: float
    kind: str
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(name) from None


@dataclass
class Journal:
    """All facts of one run."""

    world: Any
    facts: list[Fact] = field(default_factory=list)
    tell: Callable[[str], None] | None = None
    """Gets every line of the trace."""

    def add(self, kind: str, **fields: Any) -> None:
        fact = Fact(self.world.time(), kind, fields)
        self.facts.append(fact)
        self.say(kind, **fields)

    def say(self, kind: str, **fields: Any) -> None:
        """Only for whoever reads the trace."""
        if self.tell is not None:
            told = " ".join(f"{name}={_in_order(value)}" for name, value in fields.items())
            self.tell(f"{self.world.time():9.3f} {kind:18} {told}")

    def of(self, *kinds: str) -> Iterator[Fact]:
        return (fact for fact in self.facts if fact.kind in kinds)

    def counts(self) -> Counter[str]:
        return Counter(fact.kind for fact in self.facts)


def _in_order(value: Any) -> Any:
    """A set looks the same in every process."""
    return sorted(value) if isinstance(value, set | frozenset) else value
