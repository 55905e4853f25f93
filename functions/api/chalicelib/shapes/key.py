"""An API key in answers: everything but the secret."""

from __future__ import annotations

from typing import Any

from chalicelib.shapes.times import iso
from switchboard.domain.keys import ApiKey


def key_shape(key: ApiKey) -> dict[str, Any]:
    """`session` is null for an administrator's key."""
    return {
        "id": key.id,
        "session": key.organization_id,
        "access": "write" if key.write else "read",
        "createdAt": iso(key.created_at),
        "revokedAt": iso(key.revoked_at),
    }
