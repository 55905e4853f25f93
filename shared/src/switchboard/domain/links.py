"""Finds links and handles in a reply that the organization never gave out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from switchboard.domain.folding import look

_ENDS = "com|net|org|info|biz|kg|ru|kz|uz|su|io|ua|by|de|cn|рф|ком|нет|орг|кг|ру"
_SCHEME = re.compile(
    r"[a-z][a-z0-9+.-]{1,20}://\S+|www\.\S+"
    r"|\b(?:tel|sms|mailto|javascript|bitcoin|data|tg|whatsapp|viber|skype|intent):\S+"
)
_DOTTED = re.compile(
    r"(?<![\w.@-])(?:[\w.+-]+@)?[^\W_][\w-]*(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*|@\S+)?"
)
_SPELT = re.compile(
    rf"(?<![\w-])[\w-]+\s*(?:[\[({{<]\s*(?:\.|dot|точка|тчк)\s*[\])}}>])\s*\w{{2,}}"
    rf"|(?<![\w-])[\w-]+\s+(?:dot|точка|тчк|чекит)\s+(?:{_ENDS}|shop|site|online|example|онлайн)\b"
    rf"|(?<![\w-])[\w-]+\s+\.[a-zа-я]{{2,}}\b|[\w-]+\s+\.\s+(?:{_ENDS}|example)\b"
    rf"|[a-z0-9-]+\.\s+(?:com|net|org|kg|ru|kz|uz|su|biz)\b"
    rf"|(?<![\w-])[\w-]+,(?:com|net|org|kg|ru)\b|\b(?:{_ENDS})\s+(?:slash|слэш|слеш)\b"
)
_HANDLE = re.compile(
    r"(?<!\w)@[a-z0-9_.]{3,}"
    r"|\b(?:telegram|instagram|whatsapp|insta|телеграмм?|инстаграмм?|тг|инста)\s?[:=]\s*"
    r"[a-z0-9_.]{3,}"
)
_LATIN_END = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]+")
_CYRILLIC = re.compile(r"[а-яёіїєґјљњћђџқңөүұһәғ-]+")
_CYRILLIC_ENDS = frozenset(
    [
        "рф",
        "рус",
        "бел",
        "укр",
        "қаз",
        "срб",
        "мкд",
        "мон",
        "бг",
        "ею",
        "ком",
        "нет",
        "орг",
        "онлайн",
        "сайт",
        "дети",
        "москва",
        "католик",
    ]
)
_TRAILING = ".,;:!?)»\"'"


def unknown_link(text: str, public: Sequence[str]) -> bool:
    """Whether the text holds a link that stands in no public text.

    Args:
        text: plain text.
        public: plain texts.
    """
    known = {_bare(link) for one in public for link in _links(one)}
    known |= {re.split(r"[/?#]", link)[0] for link in known}
    if any(_bare(link) not in known for link in _links(text)):
        return True
    looks = {look(link) for link in known}
    return any(
        look(_bare(one)) in looks - known for one in _dotted(text) if _bare(one) not in known
    )


def _links(text: str) -> Iterator[str]:
    for pattern in (_SCHEME, _SPELT, _HANDLE):
        yield from (match[0].rstrip(_TRAILING) for match in pattern.finditer(text))
    without_schemes = _SCHEME.sub(" ", text)
    yield from (one for one in _dotted(without_schemes) if _is_host(one))


def _dotted(text: str) -> Iterator[str]:
    return (match[0].rstrip(_TRAILING) for match in _DOTTED.finditer(text))


def _bare(link: str) -> str:
    """Without what makes no difference: scheme, www, a slash at the end."""
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/")


def _is_host(candidate: str) -> bool:
    """Whether "a.b" is a name of the net and not two words without a space between them."""
    host = re.split(r"[/:?#]", candidate)[0].rpartition("@")[2]
    labels = host.split(".")
    last = labels[-1]
    if len(labels) == 1 or last.isdigit() or not labels[-2]:
        return False
    if _LATIN_END.fullmatch(last) or last in _CYRILLIC_ENDS:
        return True
    if any(map(_mixes_scripts, labels)):
        return True
    return not last.isascii() and not _CYRILLIC.fullmatch(last) and last.isalpha()


def _mixes_scripts(label: str) -> bool:
    latin = re.search(r"[a-z]", label) is not None
    return latin and any(one.isalpha() and not one.isascii() for one in label)
