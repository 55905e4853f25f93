"""Folds text to what a reader sees in it, so that look-alikes compare as equal."""

from __future__ import annotations

import functools
import re
import unicodedata

_ALIKE = str.maketrans(
    "аеорсухкмтвнігзьёіѕјһԛԝѵӏɑɡıαβεηικμνορτυχωγσςζ",
    "aeopcyxkmtbhir3beisjhqwvlagiabenikmvoptuxwyssz",
)
"""Cyrillic and Greek letters that look like Latin ones, after lower case."""
_SOUNDS = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэңөү", "abvgdeziiklmnoprstufhieNou", strict=True)),
        **dict(zip("жцчшщюя", ("zh", "ts", "ch", "sh", "sch", "iu", "ia"), strict=True)),
        **dict(zip("ёъьwyjqc", ("e", "", "", "v", "i", "i", "k", "k"), strict=True)),
    }
)
_LEET = str.maketrans("0134578962@$!+|", "oieastbggzasiti")
_VOWELS = re.compile(r"[aeiouyаеиоуыэюяёөү]")
_LETTER_NAME = re.compile(
    r"(?:LATIN|REGIONAL INDICATOR|SQUARED|CIRCLED|PARENTHESIZED|BOLD|MODIFIER)\b.*?"
    r"\bLETTER (?:SMALL CAPITAL |SMALL |CAPITAL |TURNED |REVERSED |OPEN |SCRIPT )*([A-Z])\b"
)
_TWICE = re.compile(r"(.)\1+")
_INVISIBLE = ("Cf", "Mn", "Me")
_DOTS = str.maketrans("。·•∙⋅‧", "......")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e01ef]")
"""Control characters, turned directions, tags and variation selectors that carry bytes."""
_MOST_INVISIBLE = 3
"""Soft hyphens and joiners that an ordinary reply may hold."""
_JOINS = "\u200d\ufe0e\ufe0f\u20e3"
"""Parts of emoji."""


def hides_text(text: str) -> bool:
    """Whether it holds characters that no reader sees and that can carry a message."""
    unseen = [one for one in text if unicodedata.category(one) == "Cf" and one not in _JOINS]
    return len(unseen) > _MOST_INVISIBLE or _HIDDEN.search(text) is not None


def is_visible(text: str) -> bool:
    """Whether a reader sees anything in it."""
    return any(unicodedata.category(one)[0] not in "CZM" for one in text)


def plain(text: str) -> str:
    """Composed, without invisible characters, in lower case, with plain digits and dots."""
    folded = unicodedata.normalize("NFKC", text.translate(_DOTS)).translate(_DOTS)
    return "".join(map(_digit, folded)).lower()


@functools.lru_cache(4_096)
def _digit(character: str) -> str:
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    number = unicodedata.digit(character, None)
    return character if number is None else str(number)


def look(text: str) -> str:
    """Of plain text, one character each: the Latin letters that its letters look like."""
    return "".join(map(_looks, text.translate(_ALIKE)))


@functools.lru_cache(4_096)
def _looks(character: str) -> str:
    if character.isascii() or not (character.isalpha() or character.isprintable()):
        return character
    found = _LETTER_NAME.search(unicodedata.name(character, ""))
    if found:
        return found[1].lower()
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() else character


def letters(text: str) -> str:
    """Letters and digits alone, as they look; a letter that is doubled counts once."""
    return once("".join(one for one in look(text) if one.isalnum()))


def once(text: str) -> str:
    """Repeated characters once: "letter" and "lleetttteerr" are the same."""
    return _TWICE.sub(r"\1", text)


def leet(text: str) -> str:
    """As `letters`, digits and signs read as the letters that they stand for."""
    return letters(look(text).translate(_LEET)).replace("l", "i")


def sound(text: str) -> str:
    """Latin letters by sound, so that a transliteration compares as equal."""
    heard = "".join(one for one in text.translate(_SOUNDS).lower() if one.isalpha())
    return once(heard.translate(_SOUNDS).replace("h", "").replace("x", "ks"))


def consonants(text: str) -> str:
    """What is left when the vowels are dropped, starred or exchanged."""
    return _VOWELS.sub("", letters("".join(one for one in text if one.isalpha())))
