"""An outbox entry that ended FAILED or UNCONFIRMED, kept until a person or an ack settles it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.domain.message import MessageStatus
from switchboard.domain.outbox import EntryState, OutboxEntry

FOR_A_PERSON = frozenset({MessageStatus.FAILED, MessageStatus.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class FailedEntry:
    """The entry as it was last claimed, and why it ended."""

    entry: OutboxEntry
    status: MessageStatus
    """FAILED was refused or could not be sent; UNCONFIRMED may have reached the contact."""
    code: str
    ended_at: datetime


def fresh(failed: FailedEntry, seq: int, now: datetime) -> OutboxEntry:
    """The entry for another round: last in its conversation, three attempts, due at once.

    It keeps its WhatsApp id, so that WhatsApp can drop a copy of what did go out after all, and
    its expiry: what is too late stays too late. What may have left stays so, which costs it one of
    its recoveries.
    """
    may_have_left = failed.status is MessageStatus.UNCONFIRMED or failed.entry.may_have_left
    return replace(
        failed.entry,
        seq=seq,
        state=EntryState.PENDING,
        accepted_at=now,
        due_at=now,
        attempts=0,
        recoveries=int(may_have_left),
        claim_epoch=None,
        claim_id=None,
        send_at=None,
    )
