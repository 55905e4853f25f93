"""Whether sending is paused; the event's `restriction_payload` fills it."""

from __future__ import annotations

from chalicelib.contract.schema import gives, moment, nullable, text, yes_or_no

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
