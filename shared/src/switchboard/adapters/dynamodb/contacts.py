"""Who is behind a set of addresses: found, made, or two contacts merged into one."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import setting
from switchboard.adapters.dynamodb.merging import Merge
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import AddressRow, ContactRow, ConversationRow
from switchboard.adapters.dynamodb.threads import conversation_of, new_row
from switchboard.adapters.dynamodb.writing import insert, transact
from switchboard.domain.addresses import Addresses, learned
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, ContactId, OrganizationId, conversation_id

_RACES = 8
"""First messages from several addresses of one person; a write that lost reads them again."""
_LONGEST_CHAIN = 8
"""Merges of merges; a person has two addresses, so that even two is rare."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Addresses of one organization."""

    organization_id: OrganizationId

    def at(self, chat_id: ChatId) -> Contact | None:
        """The contact behind one address."""
        target = self._target(chat_id)
        return self.contact(target) if target is not None else None

    def resolve(self, addresses: Addresses, now: datetime) -> Contact:
        """The one contact of all these addresses.

        Raises:
            DependencyUnavailable: too many writers raced for the same addresses.
        """
        for _ in range(_RACES):
            targets = {address: self._target(address) for address in addresses.all()}
            known = self._known(targets.values())
            contact = known[0] if known else _new(self.organization_id, addresses.chat_id, now)
            person = learned(contact, addresses, known[1:])
            if person == contact and set(targets.values()) == {contact.id}:
                return contact
            if self._write(contact if known else None, person, targets, known[1:]):
                return person
        raise DependencyUnavailable("too many writers of the same addresses")

    def _write(
        self,
        stored: Contact | None,
        person: Contact,
        targets: Mapping[ChatId, ContactId | None],
        merged: list[Contact],
    ) -> bool:
        """One transaction; each address must still lead where it was read to lead.

        A loser's item stays and names the winner, so that each of its addresses finds the winner,
        also those that nobody knows here. After a lost reply the caller reads what it wrote.
        """
        pk = keys.organization(self.organization_id)
        merge = self._merge(person, merged) if merged else None

        def build(writes: TransactWrite) -> None:
            _put(writes, stored, person)
            for other in merged:
                into = setting(ContactRow, merged_into=person.id)
                unmerged = ContactRow.pk.exists() & ContactRow.merged_into.does_not_exist()
                writes.update(contact_key(other), into, condition=unmerged)
            if merge is not None:
                merge.write(writes)
            for address, target in targets.items():
                unread = AddressRow.pk.does_not_exist()
                same = unread if target is None else AddressRow.contact_id == target
                row = AddressRow(pk, keys.address(address), contact_id=person.id)
                writes.save(row, condition=same)

        return transact(build, lambda: False)

    def _merge(self, person: Contact, merged: Sequence[Contact]) -> Merge:
        """The conversations as read; the one that goes on is there from now on."""
        own, *others = [_thread(contact) for contact in (person, *merged)]
        stored = self._conversation(own)
        if stored is None:
            insert(new_row(own))
            stored = self._conversation(own) or own
        return Merge(stored, [(self._conversation(other), other) for other in others])

    def _conversation(self, thread: Conversation) -> Conversation | None:
        pk = keys.organization(self.organization_id)
        row = get(ConversationRow, pk, keys.conversation(thread.id))
        return conversation_of(row) if row is not None else None

    def _target(self, chat_id: ChatId) -> ContactId | None:
        pk = keys.organization(self.organization_id)
        row = get(AddressRow, pk, keys.address(chat_id))
        return ContactId(row.contact_id) if row is not None else None

    def _known(self, targets: Iterable[ContactId | None]) -> list[Contact]:
        """The contacts that the targets lead to, the oldest first."""
        leads = [self.contact(target) for target in {*targets} if target is not None]
        found = {contact.id: contact for contact in leads if contact is not None}
        return sorted(found.values(), key=lambda contact: (contact.created_at, contact.id))

    def contact(self, contact_id: ContactId) -> Contact | None:
        """The contact, or the one that it was merged into."""
        pk = keys.organization(self.organization_id)
        for _ in range(_LONGEST_CHAIN):
            row = get(ContactRow, pk, keys.contact(contact_id))
            if row is None:
                return None
            if row.merged_into is None:
                return contact_of(row)
            contact_id = ContactId(row.merged_into)
        raise DependencyUnavailable("a chain of merged contacts does not end")


def _thread(contact: Contact) -> Conversation:
    """The contact's conversation before anything was written in it."""
    number, title = conversation_id(contact.id), contact.name
    return Conversation(
        number,
        contact.organization_id,
        contact.id,
        contact.chat_id,
        contact.created_at,
        title=title,
    )


def contact_key(contact: Contact) -> ContactRow:
    """The row's key, for an update."""
    return ContactRow(keys.organization(contact.organization_id), keys.contact(contact.id))


def contact_of(row: ContactRow) -> Contact:
    """The domain's view of a row."""
    return Contact(
        id=ContactId(row.id),
        organization_id=OrganizationId(row.organization_id),
        status=ContactStatus(row.status),
        source=row.source,
        created_at=row.created_at,
        chat_id=ChatId(row.chat_id),
        phone=row.phone,
        lid=row.lid,
        name=row.name,
        human_until=row.human_until,
        opted_out=row.opted_out,
        opted_at=row.opted_at,
        absorbed=tuple(ContactId(contact) for contact in row.absorbed or ()),
    )


def _put(writes: TransactWrite, stored: Contact | None, person: Contact) -> None:
    """Write what was learned only: a takeover that starts meanwhile must not be undone."""
    if stored is None:
        writes.save(_row(person), condition=ContactRow.pk.does_not_exist())
        return
    before, after = _attributes(stored), _attributes(person)
    changes = {name: value for name, value in after.items() if value != before[name]}
    changes["chat_id"] = person.chat_id  # an update needs something to set
    unmerged = ContactRow.pk.exists() & ContactRow.merged_into.does_not_exist()
    writes.update(contact_key(person), setting(ContactRow, **changes), condition=unmerged)


def _row(contact: Contact) -> ContactRow:
    return ContactRow(
        keys.organization(contact.organization_id),
        keys.contact(contact.id),
        id=contact.id,
        organization_id=contact.organization_id,
        status=contact.status.value,
        source=contact.source,
        created_at=contact.created_at,
        **_attributes(contact),
    )


def _attributes(contact: Contact) -> dict[str, Any]:
    """What may be learned later."""
    return {
        "chat_id": contact.chat_id,
        "phone": contact.phone,
        "lid": contact.lid,
        "name": contact.name,
        "human_until": contact.human_until,
        "opted_out": contact.opted_out,
        "opted_at": contact.opted_at,
        "absorbed": list(contact.absorbed) or None,
    }


def _new(organization_id: OrganizationId, chat_id: ChatId, now: datetime) -> Contact:
    contact_id = ContactId(uuid.uuid4().hex)
    return Contact(contact_id, organization_id, ContactStatus.NEW_LEAD, "WHATSAPP", now, chat_id)
