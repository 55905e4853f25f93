"""Connect the models to a table, and translate what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from switchboard.adapters.dynamodb.base import Base
from switchboard.domain.errors import DependencyUnavailable

_REFUSED = "ConditionalCheckFailedException"


def connect(table_name: str, region: str | None = None, endpoint: str | None = None) -> None:
    """Point every kind at one table; Base is touched first so that one client serves them all.

    Args:
        table_name: the table.
        region: None takes it from the environment.
        endpoint: None takes it from the environment (`AWS_ENDPOINT_URL`).
    """
    Base.Meta.table_name = table_name
    Base.Meta.region = region
    Base.Meta.host = endpoint
    Base._connection = None  # noqa: SLF001 - PynamoDB caches it on the class
    Base._get_connection()  # noqa: SLF001


class Refused(Exception):
    """A condition did not hold; `reasons` has a code per item of a transaction."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("refused")
        self.reasons = reasons


@contextmanager
def translated() -> Iterator[None]:
    """Turn PynamoDB's and botocore's errors into ours.

    Raises:
        Refused: a condition did not hold, also inside a transaction.
        DependencyUnavailable: everything else: throttled, unreachable, a fault.
    """
    try:
        yield
    except PynamoDBException as error:
        code = getattr(error, "cause_response_code", None)
        if code == _REFUSED:
            raise Refused(["ConditionalCheckFailed"]) from error
        if code == "TransactionCanceledException":
            reasons = [str(getattr(reason, "code", "None")) for reason in _reasons(error)]
            if "ConditionalCheckFailed" in reasons or "TransactionConflict" in reasons:
                raise Refused(reasons) from error
        raise DependencyUnavailable("DynamoDB did not answer") from error
    except (BotoCoreError, ClientError) as error:
        raise DependencyUnavailable("DynamoDB did not answer") from error


def done(write: Callable[[], object]) -> bool:
    """Run a conditional write: True when it was made, False when its condition did not hold.

    Raises:
        DependencyUnavailable: DynamoDB did not answer.
    """
    try:
        with translated():
            write()
    except Refused:
        return False
    return True


def _reasons(error: PynamoDBException) -> list[object]:
    return list(getattr(error, "cancellation_reasons", []))
