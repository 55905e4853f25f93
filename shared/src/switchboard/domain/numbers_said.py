"""Finds phone, card and account numbers in a reply, also when they are spelt out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from switchboard.domain.folding import look

SHORTEST_NUMBER = 7
"""Digits of a phone number without its area code; prices in the millions are caught as well."""
_SPELT_RUN = 6
"""Number words in a row; a price or a time has fewer."""
_GROUPS = re.compile(r"\+?\d+(?:[^\w\n]{0,4}\n{0,4}[^\w\n]{0,4}\d+)*")
_PHONE_SEPARATORS = re.compile(r"\+?\d(?:[\s().\-–—/_*]{0,3}\d){6,}")
_DATE = re.compile(
    r"(?<!\d)(?:[0-2]?\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)20\d\d-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?!\d)"
)
_TIME = re.compile(r"(?<![\d.:,|])(?:[01]?\d|2[0-4])[:.][0-5]\d(?![\d:|]|[.,]\d)")
_HOURS = re.compile(r"(?<![\d.])(?:\d|1\d|2[0-4])\s?[-–—]\s?(?:\d|1\d|2[0-4])(?![\d-])")
_ACCOUNT = re.compile(r"\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){3,}")
_ALIKE_WORD = re.compile(r"(?=\w*\d)[\doоlіi|зsбb]{2,}")
_ALIKE = str.maketrans("oоlіi|зsбb", "0011113568")
_WORDS = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_DIGIT_WORDS = {
    "0": "zero oh nil ноль нуль нолик нөл",
    "1": "one один одна раз бир eleven ten ten десять сто одиннадцать",
    "2": "two два две эки twelve twenty двенадцать двадцать двести жыйырма double",
    "3": "three три үч thirteen thirty тринадцать тридцать триста отуз",
    "4": "four четыре төрт fourteen forty четырнадцать сорок четыреста кырк",
    "5": "five пять беш fifteen fifty пятнадцать пятьдесят пятьсот элүү",
    "6": "six шесть алты sixteen sixty шестнадцать шестьдесят шестьсот алтымыш",
    "7": "seven семь жети seventeen seventy семнадцать семьдесят семьсот жетимиш",
    "8": "eight восемь сегиз eighteen eighty восемнадцать восемьдесят восемьсот сексен",
    "9": "nine девять тогуз nineteen ninety девятнадцать девяносто девятьсот токсон",
    "": "hundred thousand plus плюс тысяча тысяч жүз миң then потом затем кийин",
}
"""Tens and hundreds by their first digit: enough to count what a number has at least."""
_VALUE = {look(word): digit for digit, words in _DIGIT_WORDS.items() for word in words.split()}
_JOINING = frozenset(("and", "и", "жана", "менен"))
_LONGEST_CODE = 3
_NATIONAL = re.compile(r"^0+")


def unknown_number(text: str, public: Sequence[str]) -> bool:
    """Whether the text holds a long number that stands in no public text.

    Args:
        text: plain text.
        public: plain texts.
    """
    known = {number for one in public for number in _numbers(one)}
    values = {group for one in public for group in re.findall(r"\d+", one)}
    written = _without_dates(text)
    return (
        any(not _is_known(number, known) for number in _phones(written))
        or any(not _is_known(number, known) for number in _grouped(written, values))
        or any(not _is_known(number, known) for number in _spelt(written))
        or any(_digits(one[0]) not in known for one in _ACCOUNT.finditer(written))
    )


def _numbers(text: str) -> Iterator[str]:
    written = _without_dates(text)
    yield from _phones(written)
    yield from _grouped(written, frozenset())
    yield from _spelt(written)
    yield from (_digits(one[0]) for one in _ACCOUNT.finditer(written))


def _without_dates(text: str) -> str:
    """Letters like digits read as digits; dates and times of day taken out."""
    text = _ALIKE_WORD.sub(lambda match: match[0].translate(_ALIKE), text)
    for pattern in (_DATE, _TIME, _HOURS):
        text = pattern.sub(" x ", text)
    return text


def _phones(text: str) -> Iterator[str]:
    return (_digits(match[0]) for match in _PHONE_SEPARATORS.finditer(text))


def _grouped(text: str, values: frozenset[str] | set[str]) -> Iterator[str]:
    """Digits with whatever between them, unless they are a list of sizes or known prices."""
    for match in _GROUPS.finditer(text):
        groups = re.findall(r"\d+", match[0])
        number = "".join(groups)
        if len(number) >= SHORTEST_NUMBER and not _is_list(groups, values):
            yield number


def _is_list(groups: Sequence[str], values: frozenset[str] | set[str]) -> bool:
    known = all(len(group) > 1 and group in values for group in groups)
    steps = {int(after) - int(before) for before, after in itertools.pairwise(groups)}
    return known or (len(groups) > 2 and len(steps) == 1 and steps != {0})  # noqa: PLR2004


def _spelt(text: str) -> Iterator[str]:
    """Runs of number words, digits among them."""
    run: list[str] = []
    spelt = 0
    for token in [*_WORDS.findall(text), "end"]:
        value = token if token.isdigit() else _VALUE.get(look(token))
        if value is not None:
            run.append(value)
            spelt += not token.isdigit()
        elif token.isalpha() and token not in _JOINING:
            number = "".join(run)
            words = sum(map(bool, run))
            if spelt and (words >= _SPELT_RUN or len(number) >= SHORTEST_NUMBER):
                yield number
            run, spelt = [], 0


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _is_known(number: str, known: set[str]) -> bool:
    """The number itself, or a known one without its country's code."""
    if number in known:
        return True
    national = number[1:] if len(number) == 11 and number[0] == "8" else _NATIONAL.sub("", number)  # noqa: PLR2004
    return len(national) >= SHORTEST_NUMBER and any(
        one.endswith(national) and len(one) - len(national) <= _LONGEST_CODE for one in known
    )
