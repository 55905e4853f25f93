"""A conversation as a language model reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    UserPromptPart,
)

from switchboard.domain.message import Direction, Message, words_of

LONGEST_READ = 2_000
"""Code points of one message: a novel in a chat costs money and says nothing more."""
_WORDLESS = "..."
"""A model refuses an empty question."""


def turns_of(
    history: Sequence[Message], burst: Sequence[Message]
) -> tuple[str, list[ModelMessage]]:
    """The burst to answer, and what came before it; neither is ever without words.

    Contact and organization take turns, the contact first: models refuse anything else. A
    contact's words are user content and nothing but user content.
    """
    turns = [
        (direction, _text(messages))
        for direction, messages in groupby(history, key=lambda message: message.direction)
    ]
    while turns and turns[0][0] is Direction.OUTGOING:
        turns = turns[1:]
    return _text(burst) or _WORDLESS, [_message(*turn) for turn in turns]


def _text(messages: Iterable[Message]) -> str:
    return "\n".join(words_of(message)[:LONGEST_READ] for message in messages)


def _message(direction: Direction, text: str) -> ModelMessage:
    if direction is Direction.INCOMING:
        return ModelRequest(parts=[UserPromptPart(content=text)])
    return ModelResponse(parts=[TextPart(content=text)])
