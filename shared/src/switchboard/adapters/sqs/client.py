"""One SQS client, with time-outs, and the translation of its errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import DependencyUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=25,  # a long poll waits 20 s at most
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=64,
)


def sqs_client() -> SQSClient:
    """A client from the environment; safe to share between threads."""
    return boto3.client("sqs", config=_CONFIG)


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's errors into ours.

    Raises:
        DependencyUnavailable: SQS did not answer or refused.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise DependencyUnavailable("SQS did not answer") from error
