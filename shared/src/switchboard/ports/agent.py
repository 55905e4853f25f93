"""The agent: proposes one reply to a burst, or hands the conversation to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.organization import KnowledgeEntry, Settings
from switchboard.domain.spending import Price, Usage


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """Everything an agent may know; it cannot choose whom to write to."""

    organization_id: OrganizationId
    contact_status: ContactStatus
    history: Sequence[Message]
    """What came before the burst, oldest first: with it the last 10 messages."""
    burst: Sequence[Message]
    """What waits for this reply, in the order in which it came."""
    knowledge: Sequence[KnowledgeEntry]
    settings: Settings = field(default_factory=Settings)
    turn: str = ""
    """Names the turn, so that its cost is counted once."""


@dataclass(frozen=True, slots=True)
class AgentReply:
    """A proposal; code outside the agent checks it."""

    reply: str | None = None
    contact_status: ContactStatus | None = None
    hand_off: str | None = None
    """Reason code when a person should take over."""
    usage: Usage = field(default_factory=Usage)
    cost_micros: int = 0
    failure: str | None = None
    """Error code of the language model when another agent, or nobody, answered in its place."""


class Agent(Protocol):
    """Answers for one kind of agent."""

    def answer(self, request: AgentRequest) -> AgentReply:
        """Propose a reply.

        Raises:
            AgentFailure: a language model gave no usable answer; carries what it took.
            DependencyUnavailable: a store, or the embedded model, cannot be reached; the timer is
                redelivered.
        """
        ...


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An agent that costs money."""

    agent: Agent
    price: Price
    most_tokens: int
    """Of one turn, reserved before it as if all were output."""


class Embedder(Protocol):
    """Turns texts into vectors, at write time for knowledge and at answer time for a question."""

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows, little endian, one a text."""
        ...
