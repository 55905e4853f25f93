"""API keys in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey
from switchboard.domain.page import Page


@dataclass(frozen=True, slots=True)
class MemoryKeyStore:
    """`KeyStore` in memory."""

    table: MemoryTable

    def put(self, secret_hash: str, key: ApiKey) -> None:
        """Store a new key."""
        with self.table.lock:
            if secret_hash in self.table.keys:
                raise Conflict("a key with this hash exists")
            self.table.keys[secret_hash] = key

    def find(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash."""
        with self.table.lock:
            return self.table.keys.get(secret_hash)

    def page(
        self, organization_id: OrganizationId | None, cursor: str | None, limit: int
    ) -> Page[ApiKey]:
        """Keys of one owner, oldest first."""
        with self.table.lock:
            mine = [
                key for key in self.table.keys.values() if key.organization_id == organization_id
            ]
        rows = sorted((key.id, key) for key in mine)
        return cut(rows, f"keys of {organization_id}", cursor, limit)

    def revoke(
        self, organization_id: OrganizationId | None, key_id: str, at: datetime
    ) -> ApiKey | None:
        """Revoke a key, once."""
        with self.table.lock:
            for secret_hash, key in self.table.keys.items():
                if (key.organization_id, key.id) == (organization_id, key_id):
                    revoked = replace(key, revoked_at=key.revoked_at or at)
                    self.table.keys[secret_hash] = revoked
                    return revoked
        return None
