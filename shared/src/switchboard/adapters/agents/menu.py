"""The numbered menu: how it is written, and how a contact's choice is read from the history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from switchboard.domain.message import Direction, Message, Source
from switchboard.domain.organization import KnowledgeEntry

MENU_LENGTH = 3
MENU_HEAD = "Did you mean: / Возможно, вы имели в виду:"
OPERATOR = "an operator / оператор"
_OPERATOR_WORDS = frozenset(
    ("operator", "an operator", "оператор", OPERATOR, "нужен оператор", "позовите оператора")
) | {"human", "a human", "person", "a person", "manager", "человек", "живой человек", "менеджер"}
_NUMBER = re.compile(r"\W*(\d{1,3})\W*")
"""Also "2.", "(2)" and the keycap emoji."""
_NUMBER_WORDS = (
    ("one", "first", "the first", "один", "первый", "первое", "первая", "бир", "биринчи"),
    ("two", "second", "the second", "два", "второй", "второе", "вторая", "эки", "экинчи"),
    ("three", "third", "the third", "три", "третий", "третье", "третья", "үч", "үчүнчү"),
    ("four", "fourth", "the fourth", "четыре", "четвертый", "четвертое", "төрт", "төртүнчү"),
)
_VALUES = {word: value for value, words in enumerate(_NUMBER_WORDS, 1) for word in words}
_LINE = re.compile(r"\d\. (.*)")


def write_menu(phrasings: Sequence[str]) -> str:
    """One line a choice, an operator at the end."""
    choices = [*map(_one_line, phrasings), OPERATOR]
    return "\n".join([MENU_HEAD, *(f"{n}. {choice}" for n, choice in enumerate(choices, start=1))])


def offered_choices(history: Sequence[Message]) -> list[str]:
    """The choices of the menu, when a menu was our last word; else none."""
    ours = next((one for one in reversed(history) if one.direction is Direction.OUTGOING), None)
    if ours is None or ours.source is not Source.AGENT or not ours.content.startswith(MENU_HEAD):
        return []
    lines = map(_LINE.fullmatch, ours.content.splitlines()[1:])
    return [line[1] for line in lines if line]


def asks_for_operator(burst: Sequence[str]) -> bool:
    """Whether a whole message says nothing but that, menu or none."""
    return any(text.casefold().strip(" .,!?") in _OPERATOR_WORDS for text in burst)


def chosen(burst: Sequence[str], offered: Sequence[str]) -> str | None:
    """The choice that the last number in the burst makes."""
    for value in _numbers(burst):
        if 1 <= value <= len(offered):
            return offered[value - 1]
    return None


def remind(burst: Sequence[str], offered: Sequence[str]) -> str | None:
    """The menu once more, with the numbers it has, when the burst ends with another number."""
    if not offered or not burst or next(_numbers(burst[-1:]), None) is None:
        return None
    most = len(offered)
    return (
        f"{write_menu(offered[:-1])}\n"
        f"Please answer with a number from 1 to {most}. / Ответьте числом от 1 до {most}."
    )


def _numbers(burst: Sequence[str]) -> Iterator[int]:
    """Messages that are a number, in digits or words; the last first."""
    for text in reversed(burst):
        digits = _NUMBER.fullmatch(text)
        if digits:
            yield int(digits[1])
        value = _VALUES.get(text.casefold().replace("ё", "е").strip(" .,!?"))
        if value is not None:
            yield value


def entry_of(choice: str, knowledge: Sequence[KnowledgeEntry]) -> KnowledgeEntry | None:
    """The entry that was offered; None when it was removed or reworded since."""
    for entry in knowledge:
        if choice in map(_one_line, entry.phrasings):
            return entry
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
