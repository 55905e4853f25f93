"""One SQS client, with time-outs, and the translation of its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_POLL_SECONDS = 20
"""Source: SQS API reference, ReceiveMessage, WaitTimeSeconds."""

LONGEST_DELAY_SECONDS = 900
"""Source: SQS API reference, SendMessage, DelaySeconds."""
_READ_SECONDS = 5


def sqs_client() -> SQSClient:
    """A client from the environment for short calls; safe to share between threads."""
    return _client(_READ_SECONDS)


def polling_sqs_client() -> SQSClient:
    """A client whose calls may wait as long as SQS lets them, for those who poll."""
    return _client(LONGEST_POLL_SECONDS + _READ_SECONDS)


def _client(read_seconds: int) -> SQSClient:
    config = Config(
        connect_timeout=2,
        read_timeout=read_seconds,
        retries={"total_max_attempts": 3, "mode": "standard"},
        max_pool_connections=64,
    )
    return boto3.client("sqs", config=config)


def poll_seconds(wait: timedelta) -> int:
    """A wait as SQS takes it."""
    return min(LONGEST_POLL_SECONDS, max(0, round(wait.total_seconds())))


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's errors into ours.

    Raises:
        DependencyUnavailable: SQS did not answer or refused.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise DependencyUnavailable(f"SQS: {error_code(error)}") from error


def error_code(error: BotoCoreError | ClientError) -> str:
    """SQS's own word, or what went wrong on the way to it."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
