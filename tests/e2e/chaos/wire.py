"""What pages put on the wire, judged by the protocol's promise P3: who may send a copy again.

The customer sees one copy because WhatsApp shows an id once in a chat. That must not hide a host
that hands a message over twice, so every copy on the wire is judged, also what was not taken.
"""

from collections.abc import Sequence
from typing import TypedDict


class Sent(TypedDict):
    """One entry of the simulator's `sent` op."""

    time: float
    id: str
    body: str
    cid: str
    peer: str
    by_itself: bool
    refused: str | None


def wrong_copies(copies: Sequence[Sent], sent_at: float | None) -> int:
    """How many copies of one message nobody was allowed to send.

    A page sends again by itself what it holds without an ack. A host does so under the same id once
    the outcome is unknown: its page is closed then, so it is another connection, and the message
    is not SENT yet.

    Args:
        copies: Of one message of the API.
        sent_at: When it was SENT (Unix seconds); None when it never was.
    """
    wrong = 0
    handed_over: set[str] = set()
    for number, copy in enumerate(sorted(copies, key=lambda each: each["time"])):
        if number and _is_wrong(copy, copies, handed_over, sent_at):
            wrong += 1
        if not copy["by_itself"]:
            handed_over.add(copy["cid"])
    return wrong


def _is_wrong(
    copy: Sent, copies: Sequence[Sent], handed_over: set[str], sent_at: float | None
) -> bool:
    first = min(copies, key=lambda each: each["time"])
    if copy["id"] != first["id"]:
        return True
    if copy["by_itself"]:
        return False
    return copy["cid"] in handed_over or (sent_at is not None and copy["time"] > sent_at)
