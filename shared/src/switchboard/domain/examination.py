"""What the embedded agent would do with a question, with the scores that say why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a contact who asked would get."""

    ANSWER = "answer"
    MENU = "menu"
    HAND_OFF = "hand_off"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry and how near it is."""

    entry_id: str
    phrasing: str
    score: float
    """-1 to 1; only its order and its lead mean something."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A trial's outcome; nothing was stored or sent."""

    verdict: Verdict
    sureness: float
    """0 to 1 that the best candidate is the right one."""
    answer_from: float
    menu_from: float
    reply: str | None
    candidates: Sequence[Candidate]


def to_wire(examination: Examination) -> dict[str, Any]:
    """The JSON object that one function hands another."""
    return {**asdict(examination), "verdict": examination.verdict.value}


def from_wire(body: Mapping[str, Any]) -> Examination:
    """The way back; both ends are of one deployment."""
    candidates = [Candidate(**one) for one in body["candidates"]]
    return Examination(**{**body, "verdict": Verdict(body["verdict"]), "candidates": candidates})
