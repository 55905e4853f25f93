"""Wiring of the `authorizer` function."""

from __future__ import annotations

from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.application.authorize import Authorize
from switchboard.bootstrap.environment import Environment


def build_authorizer() -> Authorize:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    environment.check()
    connect(table)
    return Authorize(DynamoKeyStore())
