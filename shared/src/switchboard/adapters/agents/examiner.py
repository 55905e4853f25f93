"""The embedded agent's reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.adapters.agents.gate import probability
from switchboard.adapters.agents.judge import ANSWER_FROM, MENU_FROM, verdict_of
from switchboard.adapters.agents.knowledge import LONGEST_QUESTION
from switchboard.adapters.agents.menu import MENU_LENGTH, write_menu
from switchboard.adapters.agents.retrieval import Ranking, Retriever
from switchboard.domain.examination import Candidate, Examination, Verdict
from switchboard.domain.organization import KnowledgeEntry

SHOWN = 5


@dataclass(frozen=True, slots=True)
class KnowledgeExaminer:
    """`Examiner` over the retriever and the gate that answer contacts."""

    retriever: Retriever

    def examine(self, question: str, entries: Sequence[KnowledgeEntry]) -> Examination:
        """Judge one question as if it were a whole burst."""
        known = [entry for entry in entries if entry.phrasings]
        if not known:
            return Examination(Verdict.HAND_OFF, 0.0, ANSWER_FROM, MENU_FROM, None, [])
        (ranking,) = self.retriever.rank([question[-LONGEST_QUESTION:]], known)
        sureness = probability(ranking.evidence)
        verdict = verdict_of(ranking, self.retriever)
        candidates = [
            Candidate(one.entry.id, one.phrasing, round(one.score, 4))
            for one in ranking.matches[:SHOWN]
        ]
        reply = _reply(verdict, ranking)
        return Examination(verdict, round(sureness, 4), ANSWER_FROM, MENU_FROM, reply, candidates)


def _reply(verdict: Verdict, ranking: Ranking) -> str | None:
    match verdict:
        case Verdict.ANSWER:
            return ranking.matches[0].entry.answer
        case Verdict.MENU:
            return write_menu([one.phrasing for one in ranking.matches[:MENU_LENGTH]])
        case Verdict.HAND_OFF:
            return None
