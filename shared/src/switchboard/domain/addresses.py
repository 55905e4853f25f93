"""A person's addresses: which are one person's, and what a contact learns from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

from switchboard.domain.conversation import Contact
from switchboard.domain.ids import ChatId, is_group, phone_of


@dataclass(frozen=True, slots=True)
class Addresses:
    """Every address known of one person; `chat_id` is the one to write to."""

    chat_id: ChatId
    phone: str | None = None
    lid: str | None = None
    name: str | None = None

    def all(self) -> list[ChatId]:
        """Those that lead to the person; a group is nobody's alias, whoever wrote in it."""
        if is_group(self.chat_id):
            return [self.chat_id]
        phone = f"{self.phone}@c.us" if self.phone else None
        known = (self.chat_id, phone, self.lid)
        return [ChatId(address) for address in dict.fromkeys(known) if address]


def learned(contact: Contact, addresses: Addresses, merged: list[Contact]) -> Contact:
    """Add what is new; an opt-out or a takeover of either one holds for the person.

    Args:
        contact: the oldest that the addresses lead to.
        addresses: as they were seen now.
        merged: the others that they lead to, which turn out to be the same person.
    """
    group = is_group(addresses.chat_id)
    lid_chat = addresses.chat_id if addresses.chat_id.endswith("@lid") else None
    phone = None if group else addresses.phone or phone_of(addresses.chat_id)
    lid = None if group else addresses.lid or lid_chat
    for other in merged:
        phone, lid = phone or other.phone, lid or other.lid
    return replace(
        contact,
        chat_id=addresses.chat_id,
        phone=phone or contact.phone,
        lid=lid or contact.lid,
        name=addresses.name or contact.name or next((o.name for o in merged if o.name), None),
        human_until=reduce(later, (one.human_until for one in (contact, *merged))),
        opted_out=contact.opted_out or any(other.opted_out for other in merged),
        opted_at=reduce(later, (one.opted_at for one in (contact, *merged))),
        absorbed=(
            *contact.absorbed,
            *(one for other in merged for one in (other.id, *other.absorbed)),
        ),
    )


def later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two ends: a short takeover does not end a long one."""
    return max((moment for moment in (one, other) if moment is not None), default=None)
