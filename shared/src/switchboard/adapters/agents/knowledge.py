"""The embedded agent: answers from the organization's own questions, or hands off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from switchboard.adapters.agents.retrieval import Candidate, Retriever
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.message import Direction, Message, Source
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import AgentReply, AgentRequest, Embedder

ANSWER_FROM = 0.8
MENU_FROM = 0.5
MENU_LENGTH = 3
MENU_HEAD = "Did you mean: / Возможно, вы имели в виду:"
OPERATOR = "an operator / оператор"
NO_ANSWER = "no_answer"
ASKED_FOR_A_PERSON = "asked_for_operator"
LONGEST_QUESTION = 1_000
"""Code points of a message that are compared; the model reads 512 tokens anyway."""


@dataclass(frozen=True, slots=True)
class KnowledgeAgent:
    """From 0.8 it answers, from 0.5 it offers a numbered menu, below a person takes over.

    It never writes a word that the organization did not write, so nothing in a customer's
    message can make it say something else.
    """

    embedder: Embedder
    retriever: Retriever = field(init=False)

    def __post_init__(self) -> None:
        """Keep one retriever, for its vectors."""
        object.__setattr__(self, "retriever", Retriever(self.embedder))

    def answer(self, request: AgentRequest) -> AgentReply:
        """Answer the contact's last burst."""
        burst = _burst(request.history)
        if not request.knowledge or not burst:
            return AgentReply(hand_off=NO_ANSWER)
        chosen = _menu_choice(burst, request)
        if chosen is not None:
            return chosen
        texts = [text[:LONGEST_QUESTION] for text in (*burst, " ".join(burst))]
        return _reply(self.retriever.rank(texts, request.knowledge), request)


def _burst(history: Sequence[Message]) -> list[str]:
    """What the contact wrote since the last outgoing message."""
    texts: list[str] = []
    for message in reversed(history):
        if message.direction is Direction.OUTGOING:
            break
        if message.content.strip():
            texts.append(message.content.strip())
    return texts[::-1]


def _reply(ranking: list[Candidate], request: AgentRequest) -> AgentReply:
    best = ranking[0]
    if best.probability >= ANSWER_FROM:
        return _answered(best.entry, request)
    likely = [one.entry for one in ranking if one.probability >= MENU_FROM][:MENU_LENGTH]
    if likely:
        return AgentReply(_menu(likely), _in_progress(request))
    return AgentReply(hand_off=NO_ANSWER)


def _answered(entry: KnowledgeEntry, request: AgentRequest) -> AgentReply:
    return AgentReply(entry.answer, _in_progress(request))


def _in_progress(request: AgentRequest) -> ContactStatus | None:
    new = request.contact_status is ContactStatus.NEW_LEAD
    return ContactStatus.IN_PROGRESS if new else None


def _menu(entries: Sequence[KnowledgeEntry]) -> str:
    choices = [*(entry.phrasings[0] for entry in entries), OPERATOR]
    lines = [f"{number}. {choice}" for number, choice in enumerate(choices, start=1)]
    return "\n".join([MENU_HEAD, *lines])


def _menu_choice(burst: Sequence[str], request: AgentRequest) -> AgentReply | None:
    """A digit after our own menu picks from it; anything else is a question."""
    offered = _offered(request.history)
    digit = burst[-1].strip(" .)")
    if not digit.isdecimal() or not 1 <= int(digit) <= len(offered):
        return None
    question = offered[int(digit) - 1]
    if question == OPERATOR:
        return AgentReply(hand_off=ASKED_FOR_A_PERSON)
    known = (entry for entry in request.knowledge if entry.phrasings[0] == question)
    entry = next(known, None)
    return _answered(entry, request) if entry is not None else None


def _offered(history: Sequence[Message]) -> list[str]:
    """The choices of the menu that we sent last, if that was our last word."""
    ours = next((one for one in reversed(history) if one.direction is Direction.OUTGOING), None)
    if ours is None or ours.source is not Source.AGENT or not ours.content.startswith(MENU_HEAD):
        return []
    return [line.partition(". ")[2] for line in ours.content.splitlines()[1:]]
