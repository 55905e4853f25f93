"""Failed messages in answers."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import choice, gives, moment, nullable, text, whole
from switchboard.domain.failed_entry import FOR_A_PERSON, FailedEntry
from switchboard.domain.moment import iso
from switchboard.domain.outbox import Priority

DEAD_LETTER = gives(
    "DeadLetter",
    {
        "messageId": text("our id; its body is read under it"),
        "chatId": text(),
        "state": choice(sorted(FOR_A_PERSON), "UNCONFIRMED may have reached the contact"),
        "errorCode": text("why, a reason code"),
        "priority": choice(Priority),
        "source": text(),
        "attempts": whole("sends that were refused, the last one included"),
        "recoveries": whole("times that nobody could tell whether it left"),
        "correlationId": nullable(text()),
        "acceptedAt": moment(),
        "endedAt": moment(),
    },
)


def dead_letter_shape(failed: FailedEntry) -> dict[str, Any]:
    """One failed message."""
    entry = failed.entry
    return {
        "messageId": entry.message_id,
        "chatId": entry.chat_id,
        "state": failed.status.value,
        "errorCode": failed.code,
        "priority": entry.priority.value,
        "source": entry.source,
        "attempts": entry.attempts,
        "recoveries": entry.recoveries,
        "correlationId": entry.correlation_id,
        "acceptedAt": iso(entry.accepted_at),
        "endedAt": iso(failed.ended_at),
    }
