"""API keys by their hash."""

from __future__ import annotations

from typing import Protocol

from switchboard.domain.keys import ApiKey


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
