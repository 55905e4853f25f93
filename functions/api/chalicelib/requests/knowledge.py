"""Questions and answers in requests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.contract.schema import many, takes, text, yes_or_no
from chalicelib.requests.fields import path
from switchboard.domain.errors import InvalidInput
from switchboard.domain.message import parse_text
from switchboard.domain.organization import KnowledgeEntry

MAX_PHRASINGS = 20
MAX_PHRASING = 500
MAX_ANSWER = 4_000
MAX_QUESTION = 1_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAKEN = "try"
"""The address of trials."""
FIELDS = {
    "phrasings": many(
        text(shortest=1, longest=MAX_PHRASING),
        "ways to ask the question",
        fewest=1,
        most=MAX_PHRASINGS,
    ),
    "answer": text(shortest=1, longest=MAX_ANSWER),
}
CHANGE = takes(
    "KnowledgeChange",
    FIELDS,
    {"draft": yes_or_no("store it for trials; contacts keep getting what is live")},
)
QUESTION = takes(
    "KnowledgeQuestion",
    {"question": text(shortest=1, longest=MAX_QUESTION)},
    {"drafts": yes_or_no("judge with the drafts as if they were live; true when absent")},
)


def entry_id(text: str) -> str:
    """The id in an address.

    Raises:
        InvalidInput: it is none, or the address of trials.
    """
    entry = path(text)
    if not _ID.fullmatch(entry) or entry == _TAKEN:
        raise InvalidInput("id", f"must be 1 to 64 letters, digits, '-' or '_', and not {_TAKEN}")
    return entry


def parse_entry(number: str, given: Mapping[str, Any]) -> KnowledgeEntry:
    """A checked body as an entry.

    Raises:
        InvalidInput: naming the field.
    """
    phrasings = given["phrasings"]
    texts = [parse_text(text, f"phrasings[{place}]") for place, text in enumerate(phrasings)]
    return KnowledgeEntry(number, tuple(texts), parse_text(given["answer"], "answer"))
