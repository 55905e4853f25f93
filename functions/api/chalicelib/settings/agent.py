"""Who answers, what a language model is told and may cost, and what is said at a hand-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, choice, text, whole
from switchboard.domain.organization import AgentKind, Settings

MAX_HAND_OFF_TEXT = 1_000
MAX_INSTRUCTIONS = 4_000
MAX_DAILY_BUDGET_MICROS = 1_000_000_000

FIELDS: dict[str, Schema] = {
    "agent": choice(AgentKind, "which agent answers; `off` stores and never answers"),
    "handOffText": text(
        "what the agent says, once, when it hands over to a person; empty says nothing",
        longest=MAX_HAND_OFF_TEXT,
    ),
    "instructions": text(
        "tone and rules for a language model; never revealed, so facts belong to the knowledge",
        longest=MAX_INSTRUCTIONS,
    ),
    "dailyBudgetMicros": whole(
        "what a language model may cost a day, in millionths of a dollar; beyond it the embedded "
        "agent answers",
        lowest=0,
        highest=MAX_DAILY_BUDGET_MICROS,
    ),
}
SHOWN = FIELDS
_TAKEN_AS_THEY_ARE = {
    "handOffText": "hand_off_text",
    "instructions": "instructions",
    "dailyBudgetMicros": "daily_budget_micros",
}


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    agent = given.get("agent")
    given_texts = {
        own: given[name] for name, own in _TAKEN_AS_THEY_ARE.items() if given.get(name) is not None
    }
    return replace(
        present, agent=present.agent if agent is None else AgentKind(agent), **given_texts
    )


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    return {
        "agent": settings.agent.value,
        "handOffText": settings.hand_off_text,
        "instructions": settings.instructions,
        "dailyBudgetMicros": settings.daily_budget_micros,
    }
