"""Bodies of messages in DynamoDB: none is ever cut, and no item comes near 400 KB.

Up to 60 kB of UTF-8 a body stands in its message item as it is. A longer one (65,536 code points
may be 256 kB, an inbound text 800 kB) is compressed and stands in parts of 60 kB: the first in the
message item, the rest in items beside it, written in the same transaction (100 items and 4 MB at
most, so there is always room). Items stay below 100 kB, which keeps a status update cheap: an
update costs the whole item. S3 by reference would need a second store to agree with the first.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.reading import query
from switchboard.adapters.dynamodb.rows import MessageRow, TextRow
from switchboard.domain.message import Message

PART_BYTES = 60_000
BEGINNING_CODE_POINTS = 1_000
"""What `content` shows of a long body to whoever reads the table."""


def content_attributes(text: str) -> dict[str, Any]:
    """Attributes of the message item for a body."""
    raw = text.encode()
    if len(raw) <= PART_BYTES:
        return {"content": text}
    parts = list(_parts(raw))
    return {
        "content": text[:BEGINNING_CODE_POINTS],
        "packed_content": parts[0],
        "parts": len(parts),
    }


def further_rows(message: Message) -> list[TextRow]:
    """The items for the parts of a body that do not stand in the message item."""
    raw = message.content.encode()
    if len(raw) <= PART_BYTES:
        return []
    pk = keys.messages(message.organization_id, message.conversation_id)
    prefix = keys.text(message.position)
    rest = list(_parts(raw))[1:]
    return [
        TextRow(pk, f"{prefix}{number:02d}", packed_content=part)
        for number, part in enumerate(rest, 1)
    ]


def text_of(row: MessageRow) -> str:
    """The whole body; one more query for a very long one.

    Raises:
        DependencyUnavailable: DynamoDB did not answer.
    """
    if row.packed_content is None:
        return row.content or ""
    packed = row.packed_content
    if row.parts > 1:
        prefix = keys.text(row.sk.removeprefix(keys.MESSAGE))
        rows = query(TextRow, row.pk, prefix, consistent=True)
        further = list(rows)[: int(row.parts) - 1]  # an edit may have left parts of a longer body
        packed += b"".join(part.packed_content for part in further)
    return zlib.decompress(packed).decode()


def _parts(raw: bytes) -> Iterator[bytes]:
    packed = zlib.compress(raw)
    for start in range(0, len(packed), PART_BYTES):
        yield packed[start : start + PART_BYTES]
