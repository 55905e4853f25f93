"""Conditional writes: bounded retries against other transactions, and lost replies told apart.

The SDK repeats a write whose reply was lost, and the repetition is refused by what the first one
wrote. So a refusal alone does not say that a race was lost: each write leaves a mark of its own,
and after a refusal, or an answer that never came, the stored mark decides.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from switchboard.adapters.dynamodb.base import Base
from switchboard.adapters.dynamodb.connection import Conflicted, Refused, translated
from switchboard.domain.errors import DependencyUnavailable

_TRIES = 8
_FIRST_PAUSE_SECONDS = 0.02


def new_mark() -> str:
    """A mark that no other write has."""
    return uuid.uuid4().hex


def update(
    row: Base,
    actions: list[Action],
    condition: Condition,
    *,
    sign: str = "write_id",
    mark: str | None = None,
) -> bool:
    """Update under a mark; True when it was made, also when only its reply was lost.

    Either way `row` then holds what is stored (unless there is no such row).

    Args:
        row: carries the key.
        actions: what to set.
        condition: must not hold any more once the write is made, or hold it forever.
        sign: the attribute for the mark; one of its own where other writes would cover it.
        mark: None draws one.

    Raises:
        DependencyUnavailable: DynamoDB did not answer and the mark is not there.
    """
    value = mark or new_mark()
    signed = [*actions, row.get_attributes()[sign].set(value)]
    return _settled(
        lambda: _done(lambda: row.update(signed, condition)),
        lambda: _reread(row) and getattr(row, sign) == value,
    )


def insert(row: Base) -> bool:
    """Put a row that must be new; True also when only the reply was lost.

    Raises:
        DependencyUnavailable: DynamoDB did not answer and the row is not there.
    """
    mark = row.write_id = new_mark()
    return _settled(
        lambda: _done(lambda: row.save(condition=Base.pk.does_not_exist())),
        lambda: _reread(row) and row.write_id == mark,
    )


def repeatable(write: Callable[[], object]) -> bool:
    """Run a write whose condition still holds after it; False when the condition did not hold.

    Raises:
        DependencyUnavailable: DynamoDB did not answer; run it again.
    """
    return _done(write)


def transact(build: Callable[[TransactWrite], None], mine: Callable[[], bool]) -> bool:
    """Run a transaction; True when committed, False when a condition did not hold.

    Its token makes DynamoDB itself answer a repetition like the first; `mine` covers what the
    token does not: an answer that never came.

    Args:
        build: adds the items; called once for each try.
        mine: reads consistently whether this transaction's mark is stored.

    Raises:
        DependencyUnavailable: DynamoDB did not answer and the mark is not there.
    """
    return _settled(lambda: _done(lambda: _run(build)), mine)


def _settled(write: Callable[[], bool], mine: Callable[[], bool]) -> bool:
    try:
        return write() or mine()
    except DependencyUnavailable:
        if mine():
            return True
        raise


def _done(write: Callable[[], object]) -> bool:
    """Two writers of one item may cancel each other without a condition having failed."""
    for attempt in range(_TRIES):
        try:
            with translated():
                write()
        except Refused:
            return False
        except Conflicted:
            time.sleep(random.uniform(0, _FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
        else:
            return True
    raise DependencyUnavailable("DynamoDB: other transactions kept the item")


def _run(build: Callable[[TransactWrite], None]) -> None:
    """A new token each time: one that was cancelled stays cancelled."""
    connection = Base._get_connection().connection  # noqa: SLF001 - the one client of all kinds
    with TransactWrite(connection=connection, client_request_token=new_mark()) as writes:
        build(writes)


def _reread(row: Base) -> bool:
    with translated():
        try:
            row.refresh(consistent_read=True)
        except DoesNotExist:
            return False
    return True
