"""API keys in memory."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.adapters.memory.table import MemoryTable
from switchboard.domain.errors import Conflict
from switchboard.domain.keys import ApiKey


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
