"""Two conversations that turn out to be one person's: what waits in one moves to the other."""

from __future__ import annotations

from dataclasses import replace

from switchboard.domain.addresses import later
from switchboard.domain.conversation import Conversation, Moved


def joined(winner: Conversation, loser: Conversation) -> Conversation:
    """The conversation that goes on, with all that waits in the other: a reply, or a person."""
    first, last = (winner.first_pending_at, winner), (loser.first_pending_at, loser)
    waits = [at for at, one in (first, last) if one.unanswered and at is not None]
    newest = max((winner, loser), key=_last_message_at)
    handed = winner if winner.needs_human else loser
    return replace(
        winner,
        in_version=winner.in_version + loser.in_version - loser.answered_version,
        first_pending_at=min(waits, default=None),
        moved=(*winner.moved, *_moved(winner, loser)),
        heard_at=later(winner.heard_at, loser.heard_at),
        last_message_at=newest.last_message_at,
        last_message=newest.last_message,
        correlation_id=(loser if loser.unanswered else winner).correlation_id,
        unread=winner.unread + loser.unread,
        needs_human=handed.needs_human,
        hand_off_reason=handed.hand_off_reason,
        handed_off_at=handed.handed_off_at,
    )


def left(loser: Conversation) -> Conversation:
    """The conversation that ends: nothing waits in it, and no turn of it can be committed.

    One more version refuses whoever has read it before, a turn or a message that comes.
    """
    ended = loser.in_version + 1
    return replace(
        loser,
        merged=True,
        in_version=ended,
        answered_version=ended,
        first_pending_at=None,
        answer_token=None,
        answer_until=None,
        discarded=False,
        moved=(),
        unread=0,
        needs_human=False,
        hand_off_reason=None,
        handed_off_at=None,
    )


def _moved(winner: Conversation, loser: Conversation) -> list[Moved]:
    """The loser's versions that wait, counted on from the winner's."""
    if not loser.unanswered:
        return []
    shift = winner.in_version - loser.answered_version
    own = Moved(loser.id, loser.answered_version, loser.in_version, shift)
    inherited = (
        Moved(
            part.conversation_id,
            max(part.after, loser.answered_version - part.shift),
            part.up_to,
            part.shift + shift,
        )
        for part in loser.moved
    )
    return [own, *inherited]


def _last_message_at(conversation: Conversation) -> float:
    at = conversation.last_message_at
    return at.timestamp() if at is not None else 0.0
