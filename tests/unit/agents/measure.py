"""Counts what the gate and its thresholds do with ranked questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.unit.agents.questions import Asked

from switchboard.adapters.agents.menu import MENU_LENGTH
from switchboard.domain.examination import Verdict


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts of questions."""

    inside: int
    outside: int
    first: int
    """In scope and the right entry is the best."""
    among_three: int
    answered_right: int
    menus_right: int
    """In scope, a menu that holds the right entry."""
    answered_outside: int
    menus_outside: int
    faults: tuple[str, ...]
    """Every question that got an answer which is not its own."""

    @property
    def precision(self) -> float:
        """The share of answers, to anything asked, that are right."""
        return self.answered_right / max(1, self.answered_right + len(self.faults))

    @property
    def coverage(self) -> float:
        """The share of questions in scope that get their answer or a menu that holds it."""
        return (self.answered_right + self.menus_right) / self.inside


def measure(asked: Sequence[Asked]) -> Measured:
    """Count."""
    inside = [one for one in asked if one.right is not None]
    outside = [one for one in asked if one.right is None]
    answered = [one for one in asked if one.verdict is Verdict.ANSWER]
    menus = [one for one in asked if one.verdict is Verdict.MENU]
    return Measured(
        inside=len(inside),
        outside=len(outside),
        first=sum(one.found for one in inside),
        among_three=sum(map(_among_three, inside)),
        answered_right=sum(one.found for one in answered),
        menus_right=sum(map(_among_three, menus)),
        answered_outside=sum(one in outside for one in answered),
        menus_outside=sum(one in outside for one in menus),
        faults=tuple(one.text for one in answered if not one.found),
    )


def _among_three(one: Asked) -> bool:
    return one.right in [match.entry.id for match in one.ranking.matches[:MENU_LENGTH]]
