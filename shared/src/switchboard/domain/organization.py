"""An organization's settings and the questions it can answer by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from switchboard.domain.ids import OrganizationId
from switchboard.domain.quiet_hours import QuietHours
from switchboard.domain.spending import DEFAULT_DAILY_BUDGET_MICROS


class AgentKind(StrEnum):
    """Which agent answers; `off` stores and never answers."""

    BEDROCK = "bedrock"
    """A language model on Amazon Bedrock."""
    OPENAI = "openai"
    """A language model behind any endpoint that speaks OpenAI's wire format."""
    KNOWLEDGE = "knowledge"
    OFF = "off"


class Stage(StrEnum):
    """Whether contacts get an entry's answer."""

    LIVE = "live"
    DRAFT = "draft"
    """Only for trials, until it is published in the place of the live one."""


class OnUnknown(StrEnum):
    """What becomes of a message when nobody can tell whether it left."""

    RESEND = "resend"
    """Send it again under the same WhatsApp id, of which WhatsApp shows one copy."""
    UNCONFIRMED = "unconfirmed"
    """Never send it again; a late ack lifts it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an organization chooses."""

    agent: AgentKind = AgentKind.KNOWLEDGE
    groups: bool = False
    """Whether group messages are stored; they are never answered."""
    hand_off_text: str = "Thank you, a colleague will answer you shortly."
    """What the agent says, once, when it hands a conversation to a person; empty says nothing."""
    on_unknown: OnUnknown = OnUnknown.RESEND
    instructions: str = ""
    """What only a language model reads: tone, rules. Never revealed; facts belong to knowledge."""
    daily_budget_micros: int = DEFAULT_DAILY_BUDGET_MICROS
    """Millionths of a dollar a day (UTC) for a language model; beyond it the embedded agent
    answers."""
    quiet_hours: QuietHours | None = None
    """When nothing leaves but answers."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The integrator's notes, told with every event."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant."""

    id: OrganizationId
    created_at: datetime
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class KnowledgeEntry:
    """One answer with the phrasings of its question; vectors are made at write time."""

    id: str
    phrasings: tuple[str, ...]
    answer: str
    vectors: bytes = b""
    """float32, little endian, one row a phrasing; empty when the entry was stored without."""
