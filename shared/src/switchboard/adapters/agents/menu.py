"""The numbered menu: how it is written, and how a contact's choice is read from the history."""

from __future__ import annotations

import re
from collections.abc import Sequence

from switchboard.domain.message import Direction, Message, Source
from switchboard.domain.organization import KnowledgeEntry

MENU_LENGTH = 3
MENU_HEAD = "Did you mean: / Возможно, вы имели в виду:"
OPERATOR = "an operator / оператор"
_OPERATOR_WORDS = frozenset({"operator", "an operator", "оператор", OPERATOR})
_DIGIT = re.compile(r"\W*(\d)\W*")
"""Also "2.", "(2)" and the keycap emoji."""


def write_menu(phrasings: Sequence[str]) -> str:
    """One line a choice, an operator at the end."""
    choices = [*map(_one_line, phrasings), OPERATOR]
    return "\n".join([MENU_HEAD, *(f"{n}. {choice}" for n, choice in enumerate(choices, start=1))])


def offered_choices(history: Sequence[Message]) -> list[str]:
    """The choices of the menu, when a menu was our last word; else none."""
    ours = next((one for one in reversed(history) if one.direction is Direction.OUTGOING), None)
    if ours is None or ours.source is not Source.AGENT or not ours.content.startswith(MENU_HEAD):
        return []
    return [line.partition(". ")[2] for line in ours.content.splitlines()[1:]]


def chosen(burst: Sequence[str], offered: Sequence[str]) -> str | None:
    """The choice that the last digit (or the word operator) in the burst makes."""
    for text in reversed(burst):
        if offered and text.casefold().strip(" .!") in _OPERATOR_WORDS:
            return OPERATOR
        digit = _DIGIT.fullmatch(text)
        if digit and 1 <= int(digit[1]) <= len(offered):
            return offered[int(digit[1]) - 1]
    return None


def entry_of(choice: str, knowledge: Sequence[KnowledgeEntry]) -> KnowledgeEntry | None:
    """The entry that was offered; None when it was removed or reworded since."""
    for entry in knowledge:
        if choice in map(_one_line, entry.phrasings):
            return entry
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
