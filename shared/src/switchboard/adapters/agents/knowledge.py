"""The embedded agent: answers from the organization's own questions, or hands off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from switchboard.adapters.agents.gate import probability
from switchboard.adapters.agents.judge import verdict_of
from switchboard.adapters.agents.menu import (
    MENU_LENGTH,
    OPERATOR,
    asks_for_operator,
    chosen,
    entry_of,
    offered_choices,
    remind,
    write_menu,
)
from switchboard.adapters.agents.retrieval import Ranking, Retriever
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.examination import Verdict
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import AgentReply, AgentRequest, Embedder

NO_ANSWER = "no_answer"
ASKED_FOR_A_PERSON = "asked_for_operator"
LONGEST_QUESTION, LONGEST_IN_BURST = 200, 120
"""Code points of a message that are compared, its last ones: a long story ends with what it wants.
Each costs a third of a millisecond."""
MOST_MESSAGES = 4
"""Of a burst that are compared each for itself, the last ones."""


@dataclass(frozen=True, slots=True)
class KnowledgeAgent:
    """It answers when it is sure, else offers a numbered menu, else a person takes over.

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
        offered = offered_choices(request.history)
        choice = chosen(burst, offered)
        if choice == OPERATOR or asks_for_operator(burst):
            return AgentReply(hand_off=ASKED_FOR_A_PERSON)
        if not knowledge or not burst:
            return AgentReply(hand_off=NO_ANSWER)
        entry = entry_of(choice, knowledge) if choice else None
        if entry is not None:
            return _replied(entry.answer, request)
        reminder = None if choice else remind(burst, offered)
        if reminder is not None:
            return _replied(reminder, request)
        return self._answer_questions(burst, knowledge, request)

    def _answer_questions(
        self, burst: Sequence[str], knowledge: Sequence[KnowledgeEntry], request: AgentRequest
    ) -> AgentReply:
        texts = _cut(burst)
        rankings = self.retriever.rank(texts, knowledge)
        verdicts = [verdict_of(ranking, self.retriever) for ranking in rankings]
        judged = list(zip(rankings, verdicts, strict=True))
        each = judged[: min(len(burst), MOST_MESSAGES)]
        answers = _sure_answers(each) or _sure_answers(judged[len(each) :])
        if answers:
            return _replied("\n\n".join(answers), request)
        if Verdict.MENU not in verdicts:
            return AgentReply(hand_off=NO_ANSWER)
        best = max(rankings, key=lambda ranking: probability(ranking.evidence))
        return _replied(write_menu([one.phrasing for one in best.matches[:MENU_LENGTH]]), request)


def _cut(burst: Sequence[str]) -> list[str]:
    """What is compared: each of the last messages, and all of them together."""
    if len(burst) == 1:
        return [burst[0][-LONGEST_QUESTION:]]
    each = [text[-LONGEST_IN_BURST:] for text in burst[-MOST_MESSAGES:]]
    return [*each, " ".join(burst)[-LONGEST_QUESTION:]]


def _sure_answers(judged: Sequence[tuple[Ranking, Verdict]]) -> list[str]:
    """One burst may hold several questions: each answer once, in the order asked."""
    sure = (one.matches[0].entry.answer for one, verdict in judged if verdict is Verdict.ANSWER)
    return list(dict.fromkeys(sure))


def _replied(text: str, request: AgentRequest) -> AgentReply:
    new = request.contact_status is ContactStatus.NEW_LEAD
    return AgentReply(text, ContactStatus.IN_PROGRESS if new else None)
