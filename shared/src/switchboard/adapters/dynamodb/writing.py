"""Transactions: idempotent by a token of their own, so that a lost reply is no lost race."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable

from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import Refused, translated
from switchboard.domain.errors import DependencyUnavailable

_TRIES = 6
_FIRST_PAUSE_SECONDS = 0.02


def transact(build: Callable[[TransactWrite], None]) -> bool:
    """Run a transaction: True when committed, False when a condition did not hold.

    Two transactions on one item cancel each other without a condition having failed
    (TransactionConflict): that is tried again with a growing random pause.

    Raises:
        DependencyUnavailable: DynamoDB did not answer, or kept conflicting.
    """
    token = uuid.uuid4().hex
    for attempt in range(_TRIES):
        try:
            _run(build, token)
        except Refused as refused:
            if "ConditionalCheckFailed" in refused.reasons:
                return False
            token = uuid.uuid4().hex
            time.sleep(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
        else:
            return True
    raise DependencyUnavailable("the transaction kept conflicting")


def _run(build: Callable[[TransactWrite], None], token: str) -> None:
    connection = Base._get_connection().connection  # noqa: SLF001 - the one client of all kinds
    with translated(), TransactWrite(connection=connection, client_request_token=token) as writes:
        build(writes)
