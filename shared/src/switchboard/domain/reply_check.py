"""What a language model must not say, whatever it was talked into.

A contact's words reach the model as content, never as instructions, and the recipient is fixed in
code. What is left to a successful injection is the text of the reply, and that is looked at here:
the prompt, links and phone numbers that the organization never used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_REPLY = 1_500
"""Code points; who needs more needs a person."""
LEAKED_RUN = 30
"""Letters and digits in a row that a reply shares with the prompt: five or six words."""
SHORTEST_NUMBER = 7
"""Digits of a phone number without its area code; prices in the millions are caught as well."""
_CODED_RUN = re.compile(r"[A-Za-z0-9+/=_-]{28,}|(?:[01]{8}\W?){4,}|(?:[0-9A-Fa-f]{2}[ :,]){12,}")
"""Base64, binary or spelt-out hex: nothing that a contact can read."""
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://\S+"
    r"|www\.\S+"
    r"|(?<![\w.])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![a-z])(?:[/:?]\S*)?"
    r"|[\w-]+\.(?:рф|рус|бел|укр|қаз|онлайн|сайт|дети|москва)\b\S*"
    r"|[\w-]+\s*(?:\[\.\]|\(\.\)|\[dot\]|\(dot\)|\sdot\s|\sточка\s)\s*[a-zа-я]{2,}"
    r"|(?<!\w)@[a-z0-9_.]{4,})"
)
_NUMBER = re.compile(r"\+?\d(?:[\s().\-–—/_*]{0,3}\d){6,}")
_DATE = re.compile(
    r"(?<!\d)(?:[0-2]?\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)20\d\d-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?!\d)"
)
_LEET = str.maketrans("0134578", "oieastb")
_LOOKALIKES = str.maketrans("аеорсухкмтвні", "aeopcyxkmtbhi")
_LATIN, _CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"


class Objection(StrEnum):
    """Why a reply is not sent; each hands the conversation to a person."""

    TOO_LONG = "reply_too_long"
    PROMPT = "reply_reveals_prompt"
    LINK = "reply_has_unknown_link"
    NUMBER = "reply_has_unknown_number"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the organization itself says to anybody, and what it says to the model alone."""

    public: Sequence[str]
    secret: Sequence[str]


def objection_to(reply: str, words: OwnWords) -> Objection | None:
    """The first thing that is wrong with a model's reply."""
    if len(reply) > LONGEST_REPLY:
        return Objection.TOO_LONG
    text, public = _plain(reply), [_plain(one) for one in words.public]
    if _reveals(text, words.secret, public):
        return Objection.PROMPT
    if any(not _is_known(link, public) for link in _links(text)):
        return Objection.LINK
    known = {number for one in public for number in _numbers(one)}
    if any(number not in known for number in _numbers(text)):
        return Objection.NUMBER
    return None


def _plain(text: str) -> str:
    """Composed, without invisible characters, in lower case, with plain digits."""
    folded = unicodedata.normalize("NFKC", text).replace("。", ".")
    seen = (one for one in folded if unicodedata.category(one) not in ("Cf", "Mn"))
    return "".join(_digit(one) for one in seen).lower()


def _digit(character: str) -> str:
    number = unicodedata.decimal(character, None)
    return character if number is None else str(number)


def _links(text: str) -> list[str]:
    return [match[0].rstrip(".,;:!?)»\"'") for match in _LINK.finditer(text)]


def _is_known(link: str, public: Iterable[str]) -> bool:
    """Only a whole link of the organization: `shop.example.evil.example` is not `shop.example`."""
    return any(link in _links(one) for one in public)


def _numbers(text: str) -> list[str]:
    undated = _DATE.sub(" . . . ", text)
    found = (re.sub(r"\D", "", match[0]) for match in _NUMBER.finditer(undated))
    return [number for number in found if len(number) >= SHORTEST_NUMBER]


def _reveals(text: str, secrets: Iterable[str], public: Sequence[str]) -> bool:
    if any(not any(run[0] in one for one in public) for run in _CODED_RUN.finditer(text)):
        return True
    shared = {run for secret in secrets for run in _runs(_letters(_plain(secret)))}
    shared -= {run for one in public for run in _runs(_letters(one))}
    return any(run in shared for variant in _variants(text) for run in _runs(variant))


def _letters(text: str) -> str:
    """Letters and digits alone, so that neither spacing nor ornament hides anything."""
    return "".join(one for one in text if one.isalnum()).translate(_LOOKALIKES)


def _runs(letters: str) -> Iterator[str]:
    for start in range(len(letters) - LEAKED_RUN + 1):
        yield letters[start : start + LEAKED_RUN]


def _variants(text: str) -> Iterator[str]:
    """The reply as it stands, backwards, in leetspeak and under every Caesar cipher."""
    letters = _letters(text)
    yield letters
    yield letters[::-1]
    yield _letters(" ".join(word[::-1] for word in text.split()))
    yield _letters(" ".join(reversed(text.split())))
    yield letters.translate(_LEET)
    for alphabet in (_LATIN, _CYRILLIC):
        for shift in range(1, len(alphabet)):
            moved = alphabet[shift:] + alphabet[:shift]
            yield _letters(text.translate(str.maketrans(alphabet, moved)))
