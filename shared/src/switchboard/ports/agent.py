"""The agent: proposes one reply to a burst, or hands the conversation to a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import Message
from switchboard.domain.organization import KnowledgeEntry


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """Everything an agent may know; it cannot choose whom to write to."""

    organization_id: OrganizationId
    contact_status: ContactStatus
    history: Sequence[Message]
    """The last 10 messages, oldest first; the burst to answer is at the end."""
    knowledge: Sequence[KnowledgeEntry]


@dataclass(frozen=True, slots=True)
class AgentReply:
    """A proposal; code outside the agent checks it."""

    reply: str | None = None
    contact_status: ContactStatus | None = None
    hand_off: str | None = None
    """Reason code when a person should take over."""


class Agent(Protocol):
    """Answers for one kind of agent."""

    def answer(self, request: AgentRequest) -> AgentReply:
        """Propose a reply.

        Raises:
            DependencyUnavailable: the model cannot be reached; the timer is redelivered.
        """
        ...


class Embedder(Protocol):
    """Turns texts into vectors, at write time for knowledge and at answer time for a question."""

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows, little endian, one a text."""
        ...
