"""API keys: what one may do. Only a key's hash is ever stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.ids import OrganizationId


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key; `organization_id` None means admin."""

    id: str
    organization_id: OrganizationId | None
    write: bool
    created_at: datetime
    revoked_at: datetime | None = None


def key_hash(secret: str) -> str:
    """SHA-256 of the secret: enough for 256 random bits, a password hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()
