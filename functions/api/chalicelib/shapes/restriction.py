"""Whether sending is paused."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import gives, moment, nullable, text, yes_or_no
from chalicelib.shapes.times import iso
from switchboard.domain.session import Session

RESTRICTION = gives(
    "Restriction",
    {
        "active": yes_or_no(),
        "kind": nullable(text("why, a reason code")),
        "code": nullable(text("the same")),
        "expiresAt": nullable(
            moment("when WhatsApp says that it ends; a person resumes in any case")
        ),
    },
)


def restriction_shape(session: Session) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    why = session.pause_reason
    return {
        "active": why is not None,
        "kind": why,
        "code": why,
        "expiresAt": iso(session.pause_ends_at),
    }
