"""Reads from a message whether its writer wants no more messages, or wants them again."""

from __future__ import annotations

import itertools
import unicodedata
from enum import StrEnum

_OUT = (
    "stop",
    "stop all",
    "stop it",
    "unsubscribe",
    "unsubscribe me",
    "opt out",
    "do not write to me",
    "don't write to me",
    "стоп",
    "отписаться",
    "отписка",
    "отпишите меня",
    "отпиши меня",
    "отпишите",
    "отпишитесь",
    "отписаться от рассылки",
    "отпишите меня от рассылки",
    "стоп рассылка",
    "стоп рассылке",
    "stop messaging me",
    "не пишите",
    "не пишите мне",
    "не пишите мне больше",
    "больше не пишите",
    "больше не пишите мне",
    "хватит писать",
    "жазбагыла",
    "мага жазбагыла",
    "токтоткула",
)
_IN = ("start", "subscribe", "subscribe me", "старт", "подписаться", "подпишите меня", "жазыла бер")
_LOOKALIKES = str.maketrans("аеорсухкмтвніз", "aeopcyxkmtbhi3")
"""Cyrillic letters that look like Latin ones: "СТOП" typed on a mixed keyboard is still a stop."""


_POLITE = frozenset(("please", "pls", "пожалуйста", "плиз", "сураныч"))


class Wish(StrEnum):
    """What a contact asked for with a whole message, or a whole line of one."""

    OUT = "out"
    IN = "in"


def wish_of(text: str) -> Wish | None:
    """The wish that the message is; "the bus stop" and "stop by tomorrow" are none.

    To be left alone is also a wish when it stands on a line of its own.
    """
    if any(_skeleton(part) in _OUT_SKELETONS for part in (text, *text.splitlines())):
        return Wish.OUT
    return Wish.IN if _skeleton(text) in _IN_SKELETONS else None


def _skeleton(text: str) -> str:
    """Its words as they look, without courtesy and without saying the same word twice."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").replace("'", "")
    seen = (one for one in folded.replace("\u2019", "") if unicodedata.category(one) != "Cf")
    words = "".join(one if one.isalnum() else " " for one in seen).split()
    kept = (word for word, _ in itertools.groupby(word for word in words if word not in _POLITE))
    return " ".join(kept).translate(_LOOKALIKES)


_OUT_SKELETONS = frozenset(map(_skeleton, _OUT))
_IN_SKELETONS = frozenset(map(_skeleton, _IN))
