"""What changed in a stored item, as the table's stream tells it: before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.conversation import Contact, Conversation
from switchboard.domain.message import Message
from switchboard.domain.notice import Notice
from switchboard.domain.session import Session


@dataclass(frozen=True, slots=True)
class LineChanged:
    """A line item."""

    old: Session | None
    new: Session


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """A message item; `long` says that its body continues outside of the item."""

    old: Message | None
    new: Message
    long: bool = False


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A contact item."""

    old: Contact | None
    new: Contact


@dataclass(frozen=True, slots=True)
class HandOffChanged:
    """A conversation was handed to a person, or a person was there."""

    old: Conversation | None
    new: Conversation


@dataclass(frozen=True, slots=True)
class NoticePosted:
    """A notice took the place of the last one of its kind."""

    old: Notice | None
    new: Notice


type Changed = LineChanged | MessageChanged | ContactChanged | HandOffChanged | NoticePosted


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the stream.

    Attributes:
        changed: what.
        order: sorts the changes of one item, and of one conversation's messages, as they happened;
            a redelivery has the same.
        at: when the table took it.
    """

    changed: Changed
    order: str
    at: datetime
