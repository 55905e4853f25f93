"""What happened, in order: the properties are judged by it, a trace prints it."""

from collections import Counter
from collections.abc import Iterator
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
    aloud: bool = False

    def add(self, kind: str, **fields: Any) -> None:
        fact = Fact(self.world.time(), kind, fields)
        self.facts.append(fact)
        if self.aloud:
            self.say(kind, **fields)

    def say(self, kind: str, **fields: Any) -> None:
        """Only for a person who reads the trace."""
        if self.aloud:
            told = " ".join(f"{name}={value}" for name, value in fields.items())
            print(f"{self.world.time():9.3f} {kind:18} {told}", flush=True)

    def of(self, *kinds: str) -> Iterator[Fact]:
        return (fact for fact in self.facts if fact.kind in kinds)

    def counts(self) -> Counter[str]:
        return Counter(fact.kind for fact in self.facts)
