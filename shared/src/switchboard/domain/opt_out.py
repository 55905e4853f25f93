"""Reads from a message whether its writer wants no more messages, or wants them again."""

from __future__ import annotations

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


class Wish(StrEnum):
    """What a contact asked for with a whole message."""

    OUT = "out"
    IN = "in"


def wish_of(text: str) -> Wish | None:
    """The wish that the whole message is; "the bus stop" and "stop by tomorrow" are none."""
    words = _skeleton(text)
    if words in _OUT_SKELETONS:
        return Wish.OUT
    return Wish.IN if words in _IN_SKELETONS else None


def _skeleton(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е").replace("'", "")
    plain = "".join(one if one.isalnum() else " " for one in folded.replace("\u2019", ""))
    return " ".join(plain.split()).translate(_LOOKALIKES)


_OUT_SKELETONS = frozenset(map(_skeleton, _OUT))
_IN_SKELETONS = frozenset(map(_skeleton, _IN))
