"""A contact as WAHA's clients know it, with what we keep beside it."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import choice, gives, moment, nullable, text, yes_or_no
from switchboard.domain.conversation import Contact, ContactStatus
from switchboard.domain.ids import is_group
from switchboard.domain.moment import iso

CONTACT = gives(
    "Contact",
    {
        "id": text("the address to write to"),
        "contactId": text("ours; it stays when addresses change"),
        "number": nullable(text("null when the phone is unknown")),
        "lid": nullable(text()),
        "name": nullable(text()),
        "pushname": nullable(text("the same")),
        "isGroup": yes_or_no(),
        "isWAContact": yes_or_no(),
        "status": choice(ContactStatus),
        "source": text(),
        "optedOut": yes_or_no("nothing is sent to them"),
        "humanUntil": nullable(moment("a person answers until then")),
        "createdAt": moment(),
    },
)
NUMBER = gives(
    "NumberStatus", {"numberExists": yes_or_no("on WhatsApp"), "chatId": nullable(text())}
)
LID = gives("LidToPhoneNumber", {"lid": nullable(text()), "pn": nullable(text("as a chat id"))})


def contact_shape(contact: Contact) -> dict[str, Any]:
    """One contact."""
    return {
        "id": contact.chat_id,
        "contactId": contact.id,
        "number": contact.phone,
        "lid": contact.lid,
        "name": contact.name,
        "pushname": contact.name,
        "isGroup": is_group(contact.chat_id),
        "isWAContact": True,
        "status": contact.status.value,
        "source": contact.source,
        "optedOut": contact.opted_out,
        "humanUntil": iso(contact.human_until),
        "createdAt": iso(contact.created_at),
    }


def lid_shape(lid: str | None, phone: str | None) -> dict[str, Any]:
    """A pair; null is unknown, never invented."""
    return {"lid": lid, "pn": f"{phone}@c.us" if phone else None}
