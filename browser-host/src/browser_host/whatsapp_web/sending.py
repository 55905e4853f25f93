"""What the page says of a send, as the port's receipt or error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchboard.domain.errors import (
    ContactUnreachable,
    LineDown,
    SendOutcomeUnknown,
    SendRejected,
    SendStalled,
)
from switchboard.ports.channel_provider import Lookup, SentReceipt


def receipt(answer: Mapping[str, Any]) -> SentReceipt:
    """The receipt of a message that WhatsApp's server has.

    Raises:
        LineDown: no connected socket, or too late; nothing was handed over.
        SendStalled: connected, and yet not handed over in time.
        ContactUnreachable: WhatsApp does not know the chat.
        SendRejected: the page threw before the hand-over, or WhatsApp answered with an error.
        SendOutcomeUnknown: no ack by the deadline.
    """
    match answer["outcome"]:
        case "sent":
            return SentReceipt(answer["id"], answer["ack"])
        case "line_down":
            raise LineDown("the page has no connected socket")
        case "stalled":
            raise SendStalled("the page did not come to the hand-over in time")
        case "unreachable":
            raise ContactUnreachable("WhatsApp does not know the chat")
        case "rejected":
            raise SendRejected(f"the message was refused ({answer['error'] or 'failed ack'})")
        case _:
            raise SendOutcomeUnknown("no ack by the deadline")


def lookup(ack: int | None) -> Lookup:
    """What a found ack means; None: no such message."""
    if ack is None:
        return Lookup.ABSENT
    if ack < 0:
        return Lookup.FAILED
    return Lookup.ACKED if ack else Lookup.PENDING
