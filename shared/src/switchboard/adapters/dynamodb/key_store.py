"""API keys in DynamoDB: the key by its hash, and a pointer to it in its owner's partition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.reading import get, page
from switchboard.adapters.dynamodb.rows import KeyPointerRow, KeyRow
from switchboard.adapters.dynamodb.writing import new_mark, repeatable, transact
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class DynamoKeyStore:
    """`KeyStore`."""

    def put(self, secret_hash: str, key: ApiKey) -> None:
        """Store a new key."""
        mark = new_mark()
        row = KeyRow(
            keys.api_key(secret_hash),
            keys.META,
            id=key.id,
            organization_id=key.organization_id,
            write_access=key.write,
            created_at=key.created_at,
            revoked_at=key.revoked_at,
            write_id=mark,
        )
        pointer = KeyPointerRow(
            keys.api_keys(key.organization_id), keys.api_key_id(key.id), secret_hash=secret_hash
        )

        def build(writes: TransactWrite) -> None:
            writes.save(row, condition=KeyRow.pk.does_not_exist())
            writes.save(pointer)

        def mine() -> bool:
            stored = get(KeyRow, row.pk, row.sk)
            return stored is not None and stored.write_id == mark

        if not transact(build, mine):
            raise Conflict("a key with this hash exists")

    def find(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash."""
        row = get(KeyRow, keys.api_key(secret_hash), keys.META)
        return None if row is None else _key(row)

    def page(
        self, organization_id: OrganizationId | None, cursor: str | None, limit: int
    ) -> Page[ApiKey]:
        """Keys of one owner, oldest first."""
        pk, prefix = keys.api_keys(organization_id), keys.api_key_id("")
        pointers, following = page(KeyPointerRow, pk, prefix, cursor, limit)
        wanted = [(keys.api_key(pointer.secret_hash), keys.META) for pointer in pointers]
        with translated():
            found = [_key(row) for row in KeyRow.batch_get(wanted, consistent_read=True)]
        return Page(sorted(found, key=lambda key: key.id), following)

    def revoke(
        self, organization_id: OrganizationId | None, key_id: str, at: datetime
    ) -> ApiKey | None:
        """Revoke a key, once."""
        pointer = get(KeyPointerRow, keys.api_keys(organization_id), keys.api_key_id(key_id))
        if pointer is None:
            return None
        pk = keys.api_key(pointer.secret_hash)
        once = KeyRow.revoked_at.set(KeyRow.revoked_at | at)
        repeatable(lambda: KeyRow(pk, keys.META).update([once], KeyRow.pk.exists()))
        return self.find(pointer.secret_hash)


def _key(row: KeyRow) -> ApiKey:
    organization = OrganizationId(row.organization_id) if row.organization_id else None
    return ApiKey(row.id, organization, row.write_access, row.created_at, row.revoked_at)
