"""Ends a conversation of two machines before it costs anything: another bot never tires."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from switchboard.domain.message import Direction, Message, Source

LOOKED_BACK = timedelta(hours=1)
"""How far back repetitions count; an hour holds those of a machine that takes its time."""
REPLIES_WITHIN = timedelta(minutes=10)
MOST_REPLIES = 8
"""A person who got this many automatic replies in ten minutes needs a person as well."""
SAME_TEXT = 3
"""An auto-responder answers each reply with the same words; a person hardly does it thrice."""
MOST_TEXTS = 3
"""Texts that a machine takes in turn, each of them `SAME_TEXT` times."""
_COUNTS = range(1, MOST_TEXTS + 1)


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
    lately = (message for message in window if message.created_at > now - REPLIES_WITHIN)
    replies = sum(message.source is Source.AGENT for message in lately)
    return replies >= MOST_REPLIES or _repeats(_bursts(window))


def _repeats(bursts: Sequence[str]) -> bool:
    return any(_takes_turns(bursts[-SAME_TEXT * count :], count) for count in _COUNTS)


def _takes_turns(last: Sequence[str], count: int) -> bool:
    texts = set(last)
    return len(last) == SAME_TEXT * count and len(texts) <= count and "" not in texts


def _bursts(messages: Sequence[Message]) -> list[str]:
    """What the contact wrote between replies; impatience within one burst is no loop."""
    bursts: list[list[str]] = [[]]
    for message in messages:
        if message.direction is Direction.INCOMING:
            bursts[-1].append(" ".join(message.content.casefold().split()))
        elif bursts[-1]:
            bursts.append([])
    return ["\n".join(burst) for burst in bursts if burst]
