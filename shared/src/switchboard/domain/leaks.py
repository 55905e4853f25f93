"""Finds in a reply what only the model was told, also when it is disguised."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence

from switchboard.domain import folding
from switchboard.domain.decoding import decoded

LEAKED_RUN = 24
"""Letters and digits in a row that a reply shares with the prompt: four or five words."""
LEAKED_CONSONANTS = 20
LEAKED_SHAPE = 30
"""Of letters that were exchanged; in fewer, too little recurs to be sure."""
LEAKED_WORDS, WORDS_LOOKED_AT = 7, 9
"""So many of so many rarer words that follow each other in the prompt, in whatever order."""
SHORTEST_CLAUSE = 18
"""Letters of a part of a sentence that is a leak by itself."""
_CLAUSE = re.compile(r"[.,;:!?\n()«»\"—–]+(?:\s|$)")
_CLAUSE_WORDS = 3
_SHORTEST_SENTENCE = 10
_SENTENCE = re.compile(r"[.;!?\n]+(?:\s|$)")
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"[^\W_]+(?:[_-][^\W_]+)*")
_SHORTEST_CODE = 4
_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORTEST_RARE = 4
_COMMON = frozenset(
    """
    that this with your have from what when will they them then than there here only also very
    about after before again does into just like more most much must over some such their these
    those which while would could should please если чтобы когда только также можно нужно есть
    этот этого этой быть было были будет ваша ваши вашего вашей наши наша нашего нашей который
    которая которые какой какая какие очень после перед пожалуйста здравствуйте
    """.split()  # noqa: SIM905 - a list of eighty literals is no better to read
)
_CODED = re.compile(
    r"[A-Za-z0-9+/=_-]{28,}|(?:[01]{8}\W?){4,}|(?:[0-9A-Fa-f]{2}[ :,]){12,}"
    r"|(?:[.\-·•–—_]{1,6}[ /|]+){12,}"
    r"|(?<!\S)(?=\S*[a-z])(?=\S*[A-Z])(?=\S*[0-9])(?=\S*[^\w\s])[!-~]{24,}"
)
"""Base64, binary, spelt-out hex, Morse, base85: nothing that a contact can read."""

View = Callable[[str], str]


def reveals(reply: str, secrets: Sequence[str], public: Sequence[str]) -> bool:
    """Whether the reply tells any of the secrets that is not public as well."""
    if any(not _in_public(run[0], public) for run in _CODED.finditer(reply)):
        return True
    known = _Known(public)
    hidden = [secret for secret in map(folding.plain, secrets) if secret.strip()]
    return any(_tells(folding.plain(text), hidden, known) for text in decoded(reply))


def _in_public(run: str, public: Sequence[str]) -> bool:
    return any(run in one for one in public)


class _Known:
    """What everybody may hear, folded when it is needed: a clean reply never needs it."""

    def __init__(self, public: Sequence[str]) -> None:
        """Keep the texts."""
        self.public = public

    @functools.cached_property
    def plain(self) -> list[str]:
        return [folding.plain(one) for one in self.public]

    @functools.cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for one in self.plain for word in _words(one))

    @functools.cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(code for one in self.plain for code in _CODE.findall(one))

    def holds(self, run: str, view: View) -> bool:
        return any(run in view(one) for one in self.plain)


def _tells(text: str, secrets: Sequence[str], known: _Known) -> bool:
    return (
        _shares_run(text, secrets, known)
        or _shares_shape(text, secrets, known)
        or _shares_words(text, secrets, known)
        or _tells_clause(text, secrets, known)
        or _tells_code(text, secrets, known)
    )


def _shares_run(text: str, secrets: Sequence[str], known: _Known) -> bool:
    for view, length in _VIEWS:
        for secret in secrets:
            shared = _secret_runs(secret, view, length)
            for way in _arranged(text):
                for run in _runs(view(way), length):
                    if run in shared and not known.holds(run, view):
                        return True
    return False


@functools.lru_cache(128)
def _secret_runs(secret: str, view: View, length: int) -> frozenset[str]:
    parts = _interleaved(secret)
    return frozenset(run for part in parts for run in _runs(view(part), length))


def _without_digits(text: str) -> str:
    return folding.letters("".join(one for one in text if not one.isdigit()))


_VIEWS: tuple[tuple[View, int], ...] = (
    (folding.letters, LEAKED_RUN),
    (folding.leet, LEAKED_RUN),
    (folding.sound, LEAKED_RUN),
    (folding.consonants, LEAKED_CONSONANTS),
    (_without_digits, LEAKED_RUN),
)


def _interleaved(secret: str) -> Iterator[str]:
    """The secret, and every second or third of its letters."""
    yield secret
    for step in (2, 3):
        yield from (secret[start::step] for start in range(step))


def _arranged(text: str) -> Iterator[str]:
    yield text
    yield text[::-1]
    yield " ".join(word[::-1] for word in text.split())
    yield " ".join(reversed(text.split()))


def _runs(letters: str, length: int) -> Iterator[str]:
    return (letters[start : start + length] for start in range(len(letters) - length + 1))


def _shares_shape(text: str, secrets: Sequence[str], known: _Known) -> bool:
    """Whether one letter was exchanged for another throughout: Caesar, Atbash, a keyboard.

    Such a cipher leaves where letters recur; 30 of them that recur alike are no accident.
    """
    for view in (_unfolded, _unspaced):
        shapes = frozenset().union(*(_secret_shapes(secret, view) for secret in secrets))
        for way in (text, text[::-1]):
            for run in _runs(view(way), LEAKED_SHAPE):
                if _shape(run) in shapes and not known.holds(run, view):
                    return True
    return False


@functools.lru_cache(128)
def _secret_shapes(secret: str, view: View) -> frozenset[tuple[int, ...]]:
    return frozenset(map(_shape, _runs(view(secret), LEAKED_SHAPE)))


def _unfolded(text: str) -> str:
    return "".join(one for one in text if one.isalnum())


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _shape(run: str) -> tuple[int, ...]:
    """Where each letter stood first; too few letters, as in a line of dashes, have no shape."""
    first: dict[str, int] = {}
    shape = tuple(first.setdefault(one, at) for at, one in enumerate(run))
    return shape if len(first) >= LEAKED_SHAPE // 4 else (hash(run),)


def _shares_words(text: str, secrets: Sequence[str], known: _Known) -> bool:
    said = frozenset(_words(text))
    for secret in secrets:
        rare = [word for word in dict.fromkeys(_words(secret)) if word not in known.words]
        for start in range(max(1, len(rare) - WORDS_LOOKED_AT + 1)):
            window = rare[start : start + WORDS_LOOKED_AT]
            if sum(word in said for word in window) >= LEAKED_WORDS:
                return True
    return False


def _words(text: str) -> list[str]:
    """The rarer words, as they look."""
    found = (word for word in _WORD.findall(text) if word not in _COMMON)
    return [folding.letters(word) for word in found if len(word) >= _SHORTEST_RARE]


def _tells_clause(text: str, secrets: Sequence[str], known: _Known) -> bool:
    """Whether a sentence, or a longer part of one, stands in the reply word for word."""
    clauses = [
        folding.letters(part)
        for secret in secrets
        for pattern, shortest in ((_SENTENCE, _SHORTEST_SENTENCE), (_CLAUSE, SHORTEST_CLAUSE))
        for part in pattern.split(secret)
        if len(_WORD.findall(part)) >= _CLAUSE_WORDS and len(folding.letters(part)) >= shortest
    ]
    ways = [folding.letters(way) for way in _arranged(text)]
    return any(
        clause in way and not known.holds(clause, folding.letters)
        for clause in clauses
        for way in ways
    )


def _tells_code(text: str, secrets: Sequence[str], known: _Known) -> bool:
    """Whether a code such as AIDA15 or a status's name stands in the reply."""
    codes = {code for secret in secrets for code in _CODE.findall(secret) if _is_code(code)}
    secret_codes = codes - known.codes
    said = frozenset(_CODE.findall(text))
    if secret_codes & said:
        return True
    mixed = {
        folding.letters(code) for code in secret_codes if not code.isdigit() and "_" not in code
    }
    ways = [folding.letters(way) for way in _arranged(text)]
    return any(code in way for code in mixed if len(code) > _SHORTEST_CODE for way in ways)


def _is_code(word: str) -> bool:
    if len(word) < _SHORTEST_CODE or _YEAR.fullmatch(word):
        return False
    return "_" in word or any(one.isdigit() for one in word)
