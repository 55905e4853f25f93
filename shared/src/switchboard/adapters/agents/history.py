"""A conversation as a language model reads it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    UserPromptPart,
)

from switchboard.domain.message import Direction, Message

LONGEST_READ = 2_000
"""Code points of one message: a novel in a chat costs money and says nothing more."""


def turns_of(history: Sequence[Message]) -> tuple[str, list[ModelMessage]]:
    """The burst to answer, and what came before it.

    Contact and organization take turns, the contact first: models refuse anything else. A
    contact's words are user content and nothing but user content.
    """
    turns = [
        (direction, "\n".join(message.content[:LONGEST_READ] for message in messages))
        for direction, messages in groupby(history, key=lambda message: message.direction)
    ]
    while turns and turns[0][0] is Direction.OUTGOING:
        turns = turns[1:]
    asked = turns.pop()[1] if turns and turns[-1][0] is Direction.INCOMING else ""
    return asked, [_message(*turn) for turn in turns]


def _message(direction: Direction, text: str) -> ModelMessage:
    if direction is Direction.INCOMING:
        return ModelRequest(parts=[UserPromptPart(content=text or "...")])
    return ModelResponse(parts=[TextPart(content=text or "...")])
