"""Contacts, conversations and when a burst of messages gets its one reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import (
    ChatId,
    ContactId,
    ConversationId,
    OrganizationId,
    conversation_id,
)
from switchboard.domain.message import Message

QUIET = timedelta(seconds=4)
"""A contact who pauses this long has finished a burst."""
MAX_WAIT = timedelta(seconds=15)
"""A contact who never pauses is answered after this all the same."""
UNANSWERED_GRACE = timedelta(seconds=60)
"""The sweeper arms the timer of what is still unanswered after this; a burst ends long before."""
HISTORY_LENGTH = 10
"""Messages that an agent is given; each costs tokens, and older ones seldom bear on the reply."""
STALE_AFTER = timedelta(hours=1)
"""A message that is older than this is stored and not answered, also one that comes late: WhatsApp
gives a page that was away what waited for it as if it came just now."""
LONGEST_BURST = 50
"""Messages of one burst that an agent is shown, the newest; nobody writes so many in a row."""
HUMAN_TAKEOVER = timedelta(hours=1)
"""An operator who wrote, on the phone or in the console, has the conversation for this long."""


class ContactStatus(StrEnum):
    """Where a contact stands; the names are the requirement's."""

    NEW_LEAD = "NEW_LEAD"
    IN_PROGRESS = "IN_PROGRESS"
    QUALIFIED = "QUALIFIED"
    CUSTOMER = "CUSTOMER"
    LOST = "LOST"


ALLOWED_TRANSITIONS: dict[ContactStatus, frozenset[ContactStatus]] = {
    ContactStatus.NEW_LEAD: frozenset(
        {ContactStatus.IN_PROGRESS, ContactStatus.QUALIFIED, ContactStatus.LOST}
    ),
    ContactStatus.IN_PROGRESS: frozenset(
        {ContactStatus.QUALIFIED, ContactStatus.CUSTOMER, ContactStatus.LOST}
    ),
    ContactStatus.QUALIFIED: frozenset(
        {ContactStatus.IN_PROGRESS, ContactStatus.CUSTOMER, ContactStatus.LOST}
    ),
    ContactStatus.CUSTOMER: frozenset({ContactStatus.LOST}),
    ContactStatus.LOST: frozenset({ContactStatus.IN_PROGRESS}),
}


@dataclass(frozen=True, slots=True)
class Contact:
    """One person of one organization; phone and LID are two addresses of the same person."""

    id: ContactId
    organization_id: OrganizationId
    status: ContactStatus
    source: str
    created_at: datetime
    chat_id: ChatId
    """The address to write to; the last one the contact used."""
    phone: str | None = None
    lid: str | None = None
    name: str | None = None
    human_until: datetime | None = None
    opted_out: bool = False
    opted_at: datetime | None = None
    """When that was wished last, by WhatsApp's clock or a person's: an older wish is void."""
    absorbed: tuple[ContactId, ...] = ()
    """Contacts that turned out to be this person."""

    def hears_the_agent(self, now: datetime) -> bool:
        """Whether the agent may write: no person has taken over, and the contact wants it."""
        taken = self.human_until is not None and self.human_until > now
        return not taken and not self.opted_out

    def wishes_last(self, at: datetime) -> bool:
        """Whether no later wish than one of that moment is known."""
        return self.opted_at is None or self.opted_at <= at

    @property
    def thread(self) -> tuple[ConversationId, ...]:
        """The person's conversations, the one that goes on first; together they are one thread."""
        return tuple(conversation_id(contact) for contact in (self.id, *self.absorbed))


@dataclass(frozen=True, slots=True)
class Moved:
    """Messages of a merged contact's conversation, and the versions that they are here."""

    conversation_id: ConversationId
    after: int
    up_to: int
    shift: int
    """What is added to the version that a message made there."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A contact's thread; `in_version` counts inbound messages, `answered_version` replies to."""

    id: ConversationId
    organization_id: OrganizationId
    contact_id: ContactId
    chat_id: ChatId
    created_at: datetime
    status: str = "ACTIVE"
    channel: str = "WHATSAPP"
    in_version: int = 0
    answered_version: int = 0
    first_pending_at: datetime | None = None
    answer_token: str | None = None
    answer_until: datetime | None = None
    discarded: bool = False
    next_seq: int = 1
    heard_at: datetime | None = None
    """When the contact's newest stored message was written, by WhatsApp's clock."""
    last_message_at: datetime | None = None
    last_message: str | None = None
    correlation_id: str | None = None
    """Of the newest message that waits for a reply, or waited: its reply carries it on."""
    unread: int = 0
    needs_human: bool = False
    hand_off_reason: str | None = None
    handed_off_at: datetime | None = None
    title: str | None = None
    moved: tuple[Moved, ...] = ()
    """What waited in conversations that were merged into this one, until it is answered."""
    merged: bool = False
    """Its contact turned out to be another one, whose conversation goes on."""

    @property
    def unanswered(self) -> bool:
        """Whether an inbound message waits for its reply."""
        return self.in_version > self.answered_version

    def version_of(self, message: Message) -> int | None:
        """Which version a message made here; None when it asks for no answer here."""
        version = message.in_version
        if version is None or message.conversation_id == self.id:
            return version
        for part in self.moved:
            same = message.conversation_id == part.conversation_id
            if same and part.after < version <= part.up_to:
                return version + part.shift
        return None

    def moved_after(self, answered_version: int) -> tuple[Moved, ...]:
        """What still waits of what was moved here, once a version is answered."""
        return tuple(one for one in self.moved if one.up_to + one.shift > answered_version)


def reply_delay(first_pending_at: datetime, now: datetime) -> timedelta:
    """How long a timer waits: a quiet spell, but never past `MAX_WAIT` from the first message."""
    return max(timedelta(), min(QUIET, first_pending_at + MAX_WAIT - now))


def is_overdue(conversation: Conversation, now: datetime) -> bool:
    """Whether the contact has waited `MAX_WAIT`, so that even an old timer must answer."""
    first = conversation.first_pending_at
    return first is not None and now - first >= MAX_WAIT
