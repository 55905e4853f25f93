"""What an organization has in DynamoDB beside its line."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.rows import ConversationRow, KeyPointerRow
from switchboard.domain.ids import ConversationId, OrganizationId


@dataclass(frozen=True, slots=True)
class DynamoBelongings:
    """`Belongings`; what a row leads to goes before the row, so that a crash loses no trace."""

    def remove(self, organization_id: OrganizationId, most: int) -> bool:
        """Remove up to so many items."""
        pk = keys.organization(organization_id)
        own = [row for row in _first(pk, most + 1) if row.sk != keys.SESSION]
        found = _first(keys.failed(organization_id), most)
        for row in own:
            if len(found) >= most:
                break
            found += _led_to(organization_id, row, most - len(found))
            found.append(row)
        for row in found[:most]:
            with translated():
                row.delete()
        return len(found) < most


def _first(pk: str, count: int) -> list[Base]:
    with translated():
        return list(Base.query(pk, consistent_read=True, limit=count, page_size=count))


def _led_to(organization_id: OrganizationId, row: Base, count: int) -> list[Base]:
    """The first rows of other partitions that only this row leads to."""
    if isinstance(row, KeyPointerRow):
        return _first(keys.api_key(row.secret_hash), count)
    if isinstance(row, ConversationRow):
        conversation_id = ConversationId(row.sk.removeprefix(keys.CONVERSATION))
        return _first(keys.messages(organization_id, conversation_id), count)
    return []
