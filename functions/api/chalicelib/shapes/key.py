"""An API key in answers: never its hash, and its secret only when it is made."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import choice, gives, moment, nullable, text
from switchboard.application.manage_keys import NewKey
from switchboard.domain.keys import ApiKey
from switchboard.domain.moment import iso

ACCESS = choice(("read", "write"), "write when absent")
_FIELDS = {
    "id": text(),
    "session": nullable(text("null: an administrator's key")),
    "access": choice(("read", "write")),
    "createdAt": moment(),
    "revokedAt": nullable(moment()),
}
KEY = gives("Key", _FIELDS)
NEW_KEY = gives("NewKey", {**_FIELDS, "key": text("the secret: told once, here")})


def key_shape(key: ApiKey) -> dict[str, Any]:
    """`session` is null for an administrator's key."""
    return {
        "id": key.id,
        "session": key.organization_id,
        "access": "write" if key.write else "read",
        "createdAt": iso(key.created_at),
        "revokedAt": iso(key.revoked_at),
    }


def new_key_shape(made: NewKey) -> dict[str, Any]:
    """A key with its secret."""
    return {**key_shape(made.key), "key": made.secret}
