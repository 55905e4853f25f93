"""API keys: found by their hash, managed by their id."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.keys import ApiKey
from switchboard.domain.page import Page


class KeyStore(Protocol):
    """Only hashes are stored."""

    def put(self, secret_hash: str, key: ApiKey) -> None:
        """Store a new key.

        Conditional on: the hash being new.

        Raises:
            Conflict: a key with this hash exists.
        """
        ...

    def find(self, secret_hash: str) -> ApiKey | None:
        """The key with this hash, revoked or not."""
        ...

    def page(
        self, organization_id: OrganizationId | None, cursor: str | None, limit: int
    ) -> Page[ApiKey]:
        """Keys of an organization (None: administrators'), oldest first, revoked ones too.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def revoke(
        self, organization_id: OrganizationId | None, key_id: str, at: datetime
    ) -> ApiKey | None:
        """Revoke a key, once; None when that owner has no such key.

        Revoking a revoked key changes nothing, not even its time.
        """
        ...
