"""Ends a conversation of two machines before it costs anything: another bot never tires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from switchboard.domain.message import Direction, Message, Source

LOOKED_BACK = timedelta(minutes=10)
MOST_REPLIES = 8
"""A person who got this many automatic replies in ten minutes needs a person as well."""
SAME_TEXT = 3
"""An auto-responder answers each reply with the same words; a person hardly does it thrice."""


def is_looping(recent: Sequence[Message], now: datetime) -> bool:
    """Whether the agent should fall silent here.

    Args:
        recent: the conversation's messages of at least `LOOKED_BACK`.
        now: the present moment.
    """
    window = sorted(
        (message for message in recent if message.created_at > now - LOOKED_BACK),
        key=lambda message: message.created_at,  # WhatsApp's clock is not the replies'
    )
    replies = sum(message.source is Source.AGENT for message in window)
    return replies >= MOST_REPLIES or _repeats(_bursts(window))


def _repeats(bursts: Sequence[str]) -> bool:
    last = bursts[-SAME_TEXT:]
    return len(last) == SAME_TEXT and bool(last[0]) and len(set(last)) == 1


def _bursts(messages: Sequence[Message]) -> list[str]:
    """What the contact wrote between replies; impatience within one burst is no loop."""
    bursts: list[list[str]] = [[]]
    for message in messages:
        if message.direction is Direction.INCOMING:
            bursts[-1].append(" ".join(message.content.casefold().split()))
        elif bursts[-1]:
            bursts.append([])
    return ["\n".join(burst) for burst in bursts if burst]
