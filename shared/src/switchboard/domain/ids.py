"""Opaque ids: the one place where they are made and parsed.

Every id that crosses a door goes through a `parse_*` here, so that the rest of the code can trust
the type. Ids that must be the same on a retry are derived by hash, never drawn.
"""

from __future__ import annotations

import hashlib
import re
from typing import NewType

from switchboard.domain.errors import InvalidInput

OrganizationId = NewType("OrganizationId", str)
ContactId = NewType("ContactId", str)
ConversationId = NewType("ConversationId", str)
MessageId = NewType("MessageId", str)
HostId = NewType("HostId", str)
ChatId = NewType("ChatId", str)  # <digits>@c.us, <digits>@lid, <digits>@g.us
WaHex = NewType("WaHex", str)  # the part of WhatsApp's message id that we choose

_ORGANIZATION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
_PHONE = re.compile(r"[1-9][0-9]{6,14}")  # E.164 without the plus: 7 to 15 digits
_PHONE_WRITTEN = re.compile(r"\+?[0-9 ().-]{7,32}")
_LID = re.compile(r"[0-9]{5,20}@lid")
_GROUP = re.compile(r"[0-9]{5,24}(?:-[0-9]{1,20})?@g\.us")
_MESSAGE = re.compile(r"[0-9A-Za-z]{26}|[0-9a-f]{32}")
_SERIALIZED = re.compile(r"(true|false)_[^_\s]{3,64}_([0-9A-Fa-f.-]{4,64})(?:_[^_\s]{3,64})?")


def parse_organization_id(text: object, field: str = "session") -> OrganizationId:
    """An organization id is 1 to 64 letters, digits, '-' or '_', not at the ends."""
    if not isinstance(text, str) or not _ORGANIZATION.fullmatch(text):
        raise InvalidInput(
            field, "must be 1 to 64 characters: letters, digits, '-' and '_', not at the ends"
        )
    return OrganizationId(text)


def parse_chat_id(text: object, field: str = "chatId") -> ChatId:
    """Accept a chat id, or a phone number as people write it (`+1 555 000 1111`), in spaces.

    Raises:
        InvalidInput: neither a phone number of 7 to 15 digits nor `@c.us`, `@lid` or `@g.us`.
    """
    if isinstance(text, str):
        bare = text.strip(" ")
        user, at, server = bare.partition("@")
        if at and server in ("c.us", "s.whatsapp.net") and _PHONE.fullmatch(user):
            return ChatId(f"{user}@c.us")
        if at and (_LID.fullmatch(bare) or _GROUP.fullmatch(bare)):
            return ChatId(bare)
        digits = re.sub(r"\D", "", user)
        if not at and _PHONE_WRITTEN.fullmatch(user) and _PHONE.fullmatch(digits):
            return ChatId(f"{digits}@c.us")
    raise InvalidInput(
        field, "must be a phone number of 7 to 15 digits, or end in @c.us, @lid or @g.us"
    )


def parse_message_id(text: object, field: str = "id") -> MessageId:
    """Our own message id: a ULID, or 32 hex digits when derived from a key."""
    if not isinstance(text, str) or not _MESSAGE.fullmatch(text):
        raise InvalidInput(field, "must be a message id as given by this API")
    return MessageId(text)


def parse_wa_hex(serialized: object, field: str = "wa_id") -> WaHex:
    """Take the id part out of WhatsApp's serialized key `true_<chat>_<id>[_<participant>]`."""
    match = _SERIALIZED.fullmatch(serialized) if isinstance(serialized, str) else None
    if match is None:
        raise InvalidInput(field, "must be WhatsApp's message key '<true|false>_<chat>_<id>'")
    return WaHex(match.group(2))


def phone_of(chat: ChatId) -> str | None:
    """The digits of a phone chat; None for a LID or a group (never invented)."""
    user, _, server = chat.partition("@")
    return user if server == "c.us" else None


def is_group(chat: ChatId) -> bool:
    """Whether the chat is a group."""
    return chat.endswith("@g.us")


def derive(*parts: str | int) -> str:
    """Hash parts into 32 hex digits: the same parts give the same id on every retry."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def conversation_id(contact: ContactId, number: int = 1) -> ConversationId:
    """A contact's n-th conversation."""
    return ConversationId(derive("conversation", contact, number))


def wa_hex_for(message: MessageId) -> WaHex:
    """The WhatsApp id under which a message is sent, in every attempt.

    Source: WhatsApp Web draws ids as `3EB0` + 18 upper-case hex digits (WAWebMsgKey.newId).
    """
    return WaHex("3EB0" + derive("whatsapp", message)[:18].upper())
