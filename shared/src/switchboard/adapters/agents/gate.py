"""How likely the best entry is the right one: a logistic gate over three features."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

SCORE_WEIGHT, LEAD_WEIGHT, OVERLAP_WEIGHT, BIAS = 8.81, 10.11, -5.57, -4.62
"""A logistic regression of 'the best entry is right', made by `tests/unit/agents/fit_gate.py` on
the questions of six organizations in `fitting.json`, `corpus.json` and half of `near.json` beside
it; those of three others and the other half measure it."""

NEAREST_SHARE = 0.7
"""Of an entry's score; the rest is its second nearest phrasing. Two phrasings that agree are
better evidence than one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the best entry for a question."""

    score: float
    """Its similarity, -1 to 1."""
    lead: float
    """How far the next entry lies behind; 0 when there is no other entry to compare with."""
    overlap: float
    """Letters shared with its nearest wording, 0 to 1: likeness that is only spelling weighs
    against it ("do you rent" is no "do you repair")."""


def probability(evidence: Evidence) -> float:
    """0 to 1; a phrasing word for word is certain."""
    if evidence.overlap >= 1:
        return 1.0
    weighted = (
        SCORE_WEIGHT * evidence.score
        + LEAD_WEIGHT * evidence.lead
        + OVERLAP_WEIGHT * evidence.overlap
        + BIAS
    )
    return 1 / (1 + math.exp(-weighted))


def entry_score(similarities: Iterable[float]) -> float:
    """The score of an entry from the similarities of its phrasings; there is at least one."""
    ranked = sorted(similarities, reverse=True)
    second = ranked[min(1, len(ranked) - 1)]
    return NEAREST_SHARE * ranked[0] + (1 - NEAREST_SHARE) * second


def spelling_overlap(question: str, phrasings: Iterable[str]) -> float:
    """The largest share of common letter triples (Jaccard) with any phrasing."""
    mine = _triples(question)
    shares = (len(mine & other) / max(1, len(mine | other)) for other in map(_triples, phrasings))
    return max(shares, default=0.0)


def _triples(text: str) -> frozenset[str]:
    words = "".join(one if one.isalnum() else " " for one in text.lower()).split()
    line = f" {' '.join(words)} "
    return frozenset(line[at : at + 3] for at in range(len(line) - 2))
