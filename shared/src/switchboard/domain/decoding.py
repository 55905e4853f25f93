"""Undoes the encodings that a contact can undo with a web page."""

from __future__ import annotations

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

_ESCAPE = re.compile(r"\\?u\{?\+?([0-9a-f]{4,6})\}?|\\x([0-9a-f]{2})|\\([0-7]{3})", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;|]+")
_RADIX = ((r"[01]{7,8}", 2), (r"[0-7]{2,4}", 8), (r"\d{2,4}", 10), (r"[0-9a-f]{2}", 16))
_FEWEST_CODES = 8
"""Character codes in a row; fewer are sizes or prices."""
_SEPARATORS = r"[\s,;:|/\\.-]+"
_LAST_CODE = 0x10FFFF


def decoded(text: str) -> Iterator[str]:
    """The text, and what is found in it when it is read as an encoding; letters kept as written."""
    readable = unescaped(text)
    yield text
    if readable != text:
        yield readable
    yield from _codes(readable)
    yield from _blocks(readable)


def unescaped(text: str) -> str:
    r"""HTML entities, %XX, \uXXXX and U+XXXX undone, twice over."""
    for _ in range(2):
        text = _ESCAPE.sub(_character, urllib.parse.unquote(html.unescape(text)))
    return text


def _character(match: re.Match[str]) -> str:
    code = int(match[3], 8) if match[3] else int(match[1] or match[2], 16)
    return chr(code) if code <= _LAST_CODE else match[0]


def _codes(text: str) -> Iterator[str]:
    """Lists of character codes in four number systems."""
    for digits, radix in _RADIX:
        one = rf"(?:0x|0b|0o)?({digits})"
        run = re.compile(
            rf"(?<!\w){one}(?:{_SEPARATORS}{one}){{{_FEWEST_CODES},}}(?!\w)", re.IGNORECASE
        )
        for match in run.finditer(text):
            codes = [int(number, radix) for number in re.findall(one, match[0], re.IGNORECASE)]
            yield _characters(codes)


def _characters(codes: list[int]) -> str:
    """Bytes where all are, else code points."""
    try:
        return bytes(codes).decode()
    except ValueError:
        return "".join(chr(code) for code in codes if code <= _LAST_CODE)


def _blocks(text: str) -> Iterator[str]:
    """Base64, base32, hexadecimal and binary, also in groups, behind words or between them."""
    words = _WORD.findall(text)
    for alphabet, group, undo in _ALPHABETS:
        joined = "".join(word for word in words if re.fullmatch(alphabet, word)).replace("=", "")
        for start in range(group if len(joined) > group * _FEWEST_CODES else 0):
            part = joined[start : len(joined) - (len(joined) - start) % group]
            try:
                yield undo(part).decode("utf8", "ignore")
            except (binascii.Error, ValueError):
                continue


def _from_base64(part: str) -> bytes:
    return base64.b64decode(part.replace("-", "+").replace("_", "/"), validate=True)


def _from_binary(part: str) -> bytes:
    return bytes(int(part[at : at + 8], 2) for at in range(0, len(part), 8))


_ALPHABETS: tuple[tuple[str, int, Callable[[str], bytes]], ...] = (
    (r"[A-Za-z0-9+/_-]+={0,2}", 4, _from_base64),
    (r"[A-Z2-7]+={0,6}", 8, base64.b32decode),
    (r"[0-9A-Fa-f]+", 2, bytes.fromhex),
    (r"[01]+", 8, _from_binary),
)
"""What a word of it looks like, how many characters make whole bytes, and how it is undone."""
