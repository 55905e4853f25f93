"""Whether sending is paused."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import gives, moment, nullable, text, yes_or_no
from chalicelib.shapes.times import iso
from switchboard.application.pause_sending import BY_OPERATOR
from switchboard.domain.session import Session

RESTRICTION = gives(
    "Restriction",
    {
        "active": yes_or_no(),
        "kind": nullable(text("why, a reason code")),
        "code": nullable(text("the same")),
        "expiresAt": nullable(moment("null: until a person resumes")),
    },
)


def restriction_shape(session: Session) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    why = session.pause_reason
    by_hand = why is None or why == BY_OPERATOR
    return {
        "active": why is not None,
        "kind": why,
        "code": why,
        "expiresAt": None if by_hand else iso(session.paused_until),
    }
