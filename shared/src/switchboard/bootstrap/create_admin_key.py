"""Command: make an admin key, store its hash, print the key once.

Run as `python -m switchboard.bootstrap.create_admin_key` with TABLE_NAME set and credentials that
may write to the table. The key is not stored anywhere and cannot be shown again.
"""

from __future__ import annotations

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.identifiers import new_id, new_secret
from switchboard.domain.keys import ApiKey, key_hash


def create_admin_key() -> str:
    """Store a new admin key's hash and return the key.

    Raises:
        Configuration: TABLE_NAME is not set.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    environment.check()
    connect(table)
    secret = new_secret()
    key = ApiKey(new_id(), organization_id=None, write=True, created_at=SystemClock().now())
    DynamoKeyStore().put(key_hash(secret), key)
    return secret


if __name__ == "__main__":
    print(create_admin_key())  # noqa: T201 - the one place where a key is shown
