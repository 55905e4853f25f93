"""Who answers, and what is said at a hand-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.contract.schema import Schema, choice, text
from switchboard.domain.organization import AgentKind, Settings

MAX_HAND_OFF_TEXT = 1_000

FIELDS: dict[str, Schema] = {
    "agent": choice(AgentKind, "which agent answers; `off` stores and never answers"),
    "handOffText": text(
        "what the agent says, once, when it hands over to a person; empty says nothing",
        longest=MAX_HAND_OFF_TEXT,
    ),
}
SHOWN = FIELDS


def parsed(given: Mapping[str, Any], present: Settings) -> Settings:
    """The settings with this concern's part changed."""
    agent, said = given.get("agent"), given.get("handOffText")
    return replace(
        present,
        agent=present.agent if agent is None else AgentKind(agent),
        hand_off_text=present.hand_off_text if said is None else said,
    )


def shape(settings: Settings) -> dict[str, Any]:
    """In the answer."""
    return {"agent": settings.agent.value, "handOffText": settings.hand_off_text}
