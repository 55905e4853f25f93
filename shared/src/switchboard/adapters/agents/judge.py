"""Decides what a question's ranking is good for."""

from __future__ import annotations

from switchboard.adapters.agents.gate import probability
from switchboard.adapters.agents.retrieval import Ranking, Retriever
from switchboard.domain.examination import Verdict

ANSWER_FROM = 0.7
"""Chosen by `fit_gate.py`: the lowest at which an organization that was left out of the fit gets
98 % right answers and at most 1 % answers to what it never said."""
MENU_FROM = 0.5
WEAKEST_WORD = 0.55
"""What every word of a question must have in common with the entry that answers it. A sureness
alone, however high, does not tell "do you treat rabbits" from "do you sell rabbits"."""


def verdict_of(ranking: Ranking, retriever: Retriever) -> Verdict:
    """Answer, offer a menu or hand off."""
    sureness = probability(ranking.evidence)
    if sureness < MENU_FROM:
        return Verdict.HAND_OFF
    said = ranking.evidence.overlap >= 1
    if said or (sureness >= ANSWER_FROM and retriever.weakest_word(ranking) >= WEAKEST_WORD):
        return Verdict.ANSWER
    return Verdict.MENU
