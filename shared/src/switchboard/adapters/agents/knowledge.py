"""The embedded agent: answers from the organization's own questions, or hands off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from switchboard.adapters.agents.gate import probability
from switchboard.adapters.agents.menu import (
    MENU_LENGTH,
    OPERATOR,
    chosen,
    entry_of,
    offered_choices,
    write_menu,
)
from switchboard.adapters.agents.retrieval import Ranking, Retriever
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import AgentReply, AgentRequest, Embedder

ANSWER_FROM = 0.9
"""Chosen by `fit_gate.py`: the lowest at which an organization that was left out of the fit gets
95 % right answers and at most 2 % answers to what it never said."""
MENU_FROM = 0.5
NO_ANSWER = "no_answer"
ASKED_FOR_A_PERSON = "asked_for_operator"
LONGEST_QUESTION = 1_000
"""Code points of a message that are compared; the model reads 512 tokens anyway."""


@dataclass(frozen=True, slots=True)
class KnowledgeAgent:
    """From 0.9 it answers, from 0.5 it offers a numbered menu, below a person takes over.

    It never writes a word that the organization did not write, so nothing in a customer's
    message can make it say something else. The same request always gets the same reply.
    """

    embedder: Embedder
    retriever: Retriever = field(init=False)

    def __post_init__(self) -> None:
        """Keep one retriever, for its vectors."""
        object.__setattr__(self, "retriever", Retriever(self.embedder))

    def answer(self, request: AgentRequest) -> AgentReply:
        """Answer the contact's burst; a picture alone is for a person.

        Raises:
            DependencyUnavailable: the model's weights cannot be loaded.
        """
        burst = [text for one in request.burst if (text := one.content.strip())]
        knowledge = [entry for entry in request.knowledge if entry.phrasings]
        if not knowledge or not burst:
            return AgentReply(hand_off=NO_ANSWER)
        choice = chosen(burst, offered_choices(request.history))
        if choice == OPERATOR:
            return AgentReply(hand_off=ASKED_FOR_A_PERSON)
        entry = entry_of(choice, knowledge) if choice else None
        if entry is not None:
            return _replied(entry.answer, request)
        return self._answer_questions(burst, knowledge, request)

    def _answer_questions(
        self, burst: Sequence[str], knowledge: Sequence[KnowledgeEntry], request: AgentRequest
    ) -> AgentReply:
        whole = [" ".join(burst)] if len(burst) > 1 else []
        texts = [text[:LONGEST_QUESTION] for text in (*burst, *whole)]
        rankings = self.retriever.rank(texts, knowledge)
        answers = _sure_answers(rankings[: len(burst)]) or _sure_answers(rankings[len(burst) :])
        if answers:
            return _replied("\n\n".join(answers), request)
        best = max(rankings, key=_sureness)
        if _sureness(best) < MENU_FROM:
            return AgentReply(hand_off=NO_ANSWER)
        return _replied(write_menu([one.phrasing for one in best.matches[:MENU_LENGTH]]), request)


def _sureness(ranking: Ranking) -> float:
    return probability(ranking.evidence)


def _sure_answers(rankings: Sequence[Ranking]) -> list[str]:
    """One burst may hold several questions: each answer once, in the order asked."""
    sure = (one.matches[0].entry.answer for one in rankings if _sureness(one) >= ANSWER_FROM)
    return list(dict.fromkeys(sure))


def _replied(text: str, request: AgentRequest) -> AgentReply:
    new = request.contact_status is ContactStatus.NEW_LEAD
    return AgentReply(text, ContactStatus.IN_PROGRESS if new else None)
