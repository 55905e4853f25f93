"""Contacts, conversations, and storing what a contact wrote exactly once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import Contact, ContactStatus, Conversation
from switchboard.domain.ids import ChatId, ContactId, ConversationId, OrganizationId, WaHex
from switchboard.domain.message import Message
from switchboard.domain.page import Page


class Inbox(Protocol):
    """Reads are consistent unless said otherwise."""

    def resolve(
        self, organization_id: OrganizationId, addresses: Addresses, now: datetime
    ) -> Contact:
        """Find or make the contact; learning that two addresses are one person merges them.

        Contact and address items are made in one transaction, so two racers get one contact. In
        a merge the older contact wins and the other's addresses become aliases of it; the
        conversations of both are the winner's thread. What waits in the other's, for a reply or
        for a person, waits in the winner's from then on, and a turn of the other's is over.
        """
        ...

    def receive(
        self,
        contact: Contact,
        message: Message,
        *,
        answerable: bool,
        opted_out: bool | None = None,
    ) -> bool:
        """Store an inbound message, its de-duplication item, and count `in_version` up, at once.

        Makes the ACTIVE conversation when there is none. `answerable=False` (what is
        stale, groups) stores without asking for an answer. `opted_out` is the contact's wish when
        the message is one; it is taken in with the message, so that no repetition revives it.
        It changes nothing when a later wish is known.

        Conditional on: WhatsApp's id being new. False when it was stored before.
        """
        ...

    def stored(
        self, organization_id: OrganizationId, wa_hexes: Collection[WaHex]
    ) -> frozenset[WaHex]:
        """Which of these messages of contacts are stored; eventually consistent.

        Args:
            organization_id: whose.
            wa_hexes: id parts of WhatsApp's keys, as many as there are.
        """
        ...

    def record_own(self, contact: Contact, message: Message, human_until: datetime) -> bool:
        """Store what the operator typed on the phone; a person has taken over until then.

        Clears the conversation's hand-off mark: a person is there.

        Conditional on: WhatsApp's id being new (also no pointer of ours). False otherwise.
        """
        ...

    def contact(self, organization_id: OrganizationId, contact_id: ContactId) -> Contact | None:
        """One contact, or the one that it was merged into."""
        ...

    def contact_at(self, organization_id: OrganizationId, chat_id: ChatId) -> Contact | None:
        """The contact behind an address."""
        ...

    def contacts(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Contact]:
        """All contacts of an organization by id, merged ones left out; eventually consistent.

        A page may hold fewer than `limit` and yet not be the last.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def set_opted_out(self, contact: Contact, at: datetime, *, opted_out: bool) -> None:
        """Whether the contact may be written to, since `at`; nothing when it is not there."""
        ...

    def mark_read(self, contact: Contact) -> None:
        """Nothing in the contact's conversation is unread; nothing happens when there is none."""
        ...

    def set_contact_status(self, contact: Contact, status: ContactStatus) -> bool:
        """Move a contact's status.

        Conditional on: the stored status being the contact's as read. False otherwise.
        """
        ...

    def set_human_until(self, contact: Contact, until: datetime | None) -> None:
        """Start or end a human takeover; either way the conversation's hand-off mark is cleared.

        A person who takes a conversation, or gives it back, has seen that it waits for one.
        """
        ...

    def conversation(
        self, organization_id: OrganizationId, conversation_id: ConversationId
    ) -> Conversation | None:
        """One conversation."""
        ...

    def open_conversation(self, contact: Contact, now: datetime) -> Conversation:
        """The contact's ACTIVE conversation, made when there is none.

        Of a merged contact it is the one of the contact that it was merged into.
        """
        ...

    def conversations(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[Conversation]:
        """All conversations of an organization by id; eventually consistent.

        Those of merged contacts are left out, so that a page may be short.
        """
        ...
