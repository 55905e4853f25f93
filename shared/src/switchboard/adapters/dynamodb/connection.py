"""Connect the models to a table, and translate what can go wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from switchboard.adapters.dynamodb.base import Base
from switchboard.domain.errors import DependencyUnavailable

_REFUSED = "ConditionalCheckFailedException"
_IN_ANOTHER_TRANSACTION = frozenset(
    {"TransactionConflictException", "TransactionInProgressException"}
)
_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


def connect(table_name: str, region: str | None = None, endpoint: str | None = None) -> None:
    """Point every kind at one table; Base is touched first so that one client serves them all.

    The client is made here, since PynamoDB would make it at the first call, once in every thread
    that comes first.

    Args:
        table_name: the table.
        region: None takes it from the environment.
        endpoint: None takes it from the environment (`AWS_ENDPOINT_URL`).
    """
    Base.Meta.table_name = table_name
    Base.Meta.region = region
    Base.Meta.host = endpoint
    Base._connection = None  # noqa: SLF001 - PynamoDB caches it on the class
    _ = Base._get_connection().connection.client  # noqa: SLF001


class Refused(Exception):
    """A condition did not hold, also inside a transaction."""


class Conflicted(Exception):
    """Another transaction held an item: nothing was written, no condition has failed."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn PynamoDB's and botocore's errors into ours; throttling was retried by the SDK.

    Raises:
        Refused: a condition did not hold.
        Conflicted: another transaction was at the same items.
        DependencyUnavailable: everything else: throttled, unreachable, a fault.
    """
    try:
        yield
    except PynamoDBException as error:
        raise _ours(error) from error
    except (BotoCoreError, ClientError) as error:
        raise DependencyUnavailable(f"DynamoDB: {type(error).__name__}") from error


def _ours(error: PynamoDBException) -> Exception:
    code = _code(error)
    if code == _REFUSED:
        return Refused()
    if code in _IN_ANOTHER_TRANSACTION:
        return Conflicted()
    if code == "TransactionCanceledException" and isinstance(error, TransactWriteError):
        return _cancelled(error)
    return DependencyUnavailable(f"DynamoDB: {code or type(error.cause).__name__}")


def _cancelled(error: TransactWriteError) -> Exception:
    """One failed condition decides; reasons come by kind: check, delete, put, update."""
    codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
    if "ConditionalCheckFailed" in codes:
        return Refused()
    if codes and codes <= _PASSING:
        return Conflicted()
    return DependencyUnavailable(f"DynamoDB: cancelled, {', '.join(sorted(codes))}")


def _code(error: PynamoDBException) -> str | None:
    """PynamoDB's own property fails on a time-out, which carries an empty response."""
    response = getattr(error.cause, "response", None) or {}
    code = response.get("Error", {}).get("Code")
    return None if code is None else str(code)
