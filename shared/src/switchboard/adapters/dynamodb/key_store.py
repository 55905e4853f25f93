"""API keys in DynamoDB."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import KeyRow
from switchboard.adapters.dynamodb.writing import insert
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey


@dataclass(frozen=True, slots=True)
class DynamoKeyStore:
    """`KeyStore`."""

    def put(self, secret_hash: str, key: ApiKey) -> None:
        """Store a new key."""
        row = KeyRow(
            keys.api_key(secret_hash),
            keys.META,
            id=key.id,
            organization_id=key.organization_id,
            write_access=key.write,
            created_at=key.created_at,
            revoked_at=key.revoked_at,
        )
        if not insert(row):
            raise Conflict("a key with this hash exists")

    def find(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash."""
        row = get(KeyRow, keys.api_key(secret_hash), keys.META)
        if row is None:
            return None
        organization = OrganizationId(row.organization_id) if row.organization_id else None
        return ApiKey(row.id, organization, row.write_access, row.created_at, row.revoked_at)
