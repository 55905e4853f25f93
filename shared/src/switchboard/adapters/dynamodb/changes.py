"""Records of the table's stream, as Lambda hands them over, to changes of the domain's items."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from switchboard.adapters.dynamodb.contacts import contact_of
from switchboard.adapters.dynamodb.lines import session_of
from switchboard.adapters.dynamodb.messages import message_of
from switchboard.adapters.dynamodb.notice_board import notice_of
from switchboard.adapters.dynamodb.rows import (
    ContactRow,
    ConversationRow,
    LineRow,
    MessageRow,
    NoticeRow,
)
from switchboard.adapters.dynamodb.threads import conversation_of
from switchboard.domain.changes import (
    Change,
    Changed,
    ContactChanged,
    HandOffChanged,
    LineChanged,
    MessageChanged,
    NoticePosted,
)
from switchboard.domain.errors import InvalidInput
from switchboard.domain.message import Message
from switchboard.domain.notice import Notice

type Image = Mapping[str, Any]
_DIGITS = 40
"""Sequence numbers are up to 40 digits; padded, they sort as texts.

Source: DynamoDB streams API reference, StreamRecord, SequenceNumber: 21 to 40 characters.
"""


def change_of(record: Mapping[str, Any]) -> Change | None:
    """The change that a record tells; None for a deletion and for items that nobody is told of.

    Raises:
        InvalidInput: the record or the item is not of our form.
    """
    try:
        stream = record["dynamodb"]
        new, old = stream.get("NewImage"), stream.get("OldImage")
        changed = None if new is None else _changed(old, new)
        if changed is None:
            return None
        order = str(stream["SequenceNumber"]).zfill(_DIGITS)
        at = datetime.fromtimestamp(float(stream["ApproximateCreationDateTime"]), UTC)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("record", f"is not of our form ({type(error).__name__})") from error
    return Change(changed, order, at)


def _changed(old: Image | None, new: Image) -> Changed | None:
    reader = READERS.get(new.get("kind", {}).get("S", ""))
    return None if reader is None else reader(old, new)


def _line(old: Image | None, new: Image) -> LineChanged:
    rows = [None if image is None else LineRow.from_raw_data(_raw(image)) for image in (old, new)]
    before, after = (None if row is None else session_of(row) for row in rows)
    assert after is not None  # noqa: S101 - new is an image
    return LineChanged(before, after)


def _message(old: Image | None, new: Image) -> MessageChanged:
    before = None if old is None else _message_of(old)
    return MessageChanged(before, _message_of(new), "packed_content" in new)


def _message_of(image: Image) -> Message:
    """A long body shows its beginning; the whole is read where it is needed."""
    row = MessageRow.from_raw_data(_raw(image))
    return message_of(row, row.content or "")


def _contact(old: Image | None, new: Image) -> ContactChanged | None:
    """A contact that was merged away says nothing more: its winner does."""
    row = ContactRow.from_raw_data(_raw(new))
    if row.merged_into is not None:
        return None
    before = None if old is None else contact_of(ContactRow.from_raw_data(_raw(old)))
    return ContactChanged(before, contact_of(row))


def _conversation(old: Image | None, new: Image) -> HandOffChanged | None:
    """Every message moves its conversation; only what a hand-off changes is read."""
    mark = "handed_off_at"
    if new.get(mark) == (old or {}).get(mark) or new.get("merged", {}).get("BOOL"):
        return None
    rows = [
        None if image is None else ConversationRow.from_raw_data(_raw(image))
        for image in (old, new)
    ]
    before, after = (None if row is None else conversation_of(row) for row in rows)
    assert after is not None  # noqa: S101 - new is an image
    return HandOffChanged(before, after)


def _notice(old: Image | None, new: Image) -> NoticePosted | None:
    before = None if old is None else _notice_of(old)
    return NoticePosted(before, _notice_of(new))


def _notice_of(image: Image) -> Notice:
    return notice_of(NoticeRow.from_raw_data(_raw(image)))


def _raw(image: Image) -> dict[str, Any]:
    """Lambda writes binary values in base64; PynamoDB wants the bytes."""
    return {name: _value(value) for name, value in image.items()}


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    ((kind, content),) = value.items()
    if kind == "B" and isinstance(content, str):
        return {kind: base64.b64decode(content)}
    return dict(value)


READERS: dict[str, Callable[[Image | None, Image], Changed | None]] = {
    "session": _line,
    "message": _message,
    "contact": _contact,
    "conversation": _conversation,
    "notice": _notice,
}
"""By the kind of the item; the template's filter of the stream lets these through and no others."""
