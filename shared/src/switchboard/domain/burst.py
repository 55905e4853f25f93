"""What waits for a reply: told by the versions of the conversation, not by anybody's clock.

WhatsApp stamps what is heard, in whole seconds, and our clock stamps what is said, so that a
message that came just before a reply, or just after it, may stand on either side of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from switchboard.domain.conversation import (
    HISTORY_LENGTH,
    LONGEST_BURST,
    STALE_AFTER,
    Conversation,
)
from switchboard.domain.message import Message, Source

_PEOPLE = (Source.PHONE, Source.CONSOLE)
_LONGEST_TURN = timedelta(minutes=5)


def waits_since(claimed: Conversation, now: datetime) -> datetime:
    """No message that waits was written before this, by WhatsApp's clock.

    It was at most `STALE_AFTER` old when it came; one that came during a turn came before the wait
    was counted anew.
    """
    return (claimed.first_pending_at or now) - STALE_AFTER - _LONGEST_TURN


def split(
    claimed: Conversation, recent: Sequence[Message]
) -> tuple[Sequence[Message], Sequence[Message]]:
    """What came before, and the burst: what no committed reply has answered, as it came.

    What came after the claim waits for its own turn and is in neither.
    """
    waiting: list[tuple[int, Message]] = []
    before: list[Message] = []
    for message in recent:
        version = claimed.version_of(message)
        if version is None or version <= claimed.answered_version:
            before.append(message)
        elif version <= claimed.in_version:
            waiting.append((version, message))
    burst = [message for _, message in sorted(waiting, key=lambda one: one[0])]
    burst = burst[-LONGEST_BURST:]
    room = max(0, HISTORY_LENGTH - len(burst))
    return before[max(0, len(before) - room) :], burst


def is_settled(burst: Sequence[Message], before: Sequence[Message], now: datetime) -> bool:
    """Whether a burst needs no reply any more: it is stale, or a person has replied since.

    A timer may come late, by hours after an outage.
    """
    written = [message.received_at or message.created_at for message in burst]
    if not written:
        return False
    newest = max(written)
    people = (one.sent_at or one.created_at for one in before if one.source in _PEOPLE)
    return now - newest > STALE_AFTER or any(at > newest for at in people)
