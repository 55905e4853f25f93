"""Wiring of the `authorizer` function."""

from __future__ import annotations

from switchboard.adapters.dynamodb.connection import connect
from switchboard.adapters.dynamodb.key_store import DynamoKeyStore
from switchboard.application.authorize import Authorize
from switchboard.bootstrap.environment import Environment
from switchboard.bootstrap.metrics import emf_metrics


def build_authorizer() -> Authorize:
    """Wire from the environment.

    Raises:
        Configuration: naming every invalid key.
    """
    environment = Environment()
    table = environment.text("TABLE_NAME")
    metrics = emf_metrics(environment, "authorizer")
    environment.check()
    connect(table)
    return Authorize(DynamoKeyStore(), metrics)
