"""What a language model must not say, whatever it was talked into.

A contact's words reach the model as content, never as instructions, and the recipient is fixed in
code. What is left to a successful injection is the text of the reply, and that is looked at here:
the prompt, links and phone numbers that the organization never used. In doubt a person answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.decoding import unescaped
from switchboard.domain.folding import hides_text, plain
from switchboard.domain.leaks import reveals
from switchboard.domain.links import unknown_link
from switchboard.domain.numbers_said import unknown_number

LONGEST_REPLY = 1_500
"""Code points; who needs more needs a person."""


class Objection(StrEnum):
    """Why a reply is not sent; each hands the conversation to a person."""

    TOO_LONG = "reply_too_long"
    HIDDEN = "reply_has_hidden_text"
    PROMPT = "reply_reveals_prompt"
    LINK = "reply_has_unknown_link"
    NUMBER = "reply_has_unknown_number"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the organization itself says to anybody, and what it says to the model alone."""

    public: Sequence[str]
    secret: Sequence[str]


def objection_to(reply: str, words: OwnWords) -> Objection | None:
    """The first thing that is wrong with a model's reply."""
    if len(reply) > LONGEST_REPLY:
        return Objection.TOO_LONG
    if hides_text(reply):
        return Objection.HIDDEN
    if reveals(reply, words.secret, words.public):
        return Objection.PROMPT
    public = [plain(one) for one in words.public]
    seen = {plain(reply), plain(unescaped(reply))}
    if any(unknown_link(text, public) for text in seen):
        return Objection.LINK
    if any(unknown_number(text, public) for text in seen):
        return Objection.NUMBER
    return None
