"""Operators by way of an SNS topic."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.notice import Notice

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"}
)
_SUBJECT = "Switchboard: %s"


def sns_client() -> SNSClient:
    """A client from the environment; safe to share between threads."""
    return boto3.client("sns", config=_CONFIG)


@dataclass(frozen=True, slots=True)
class SnsOperators:
    """`Operators`: one JSON message a notice."""

    client: SNSClient
    topic_arn: str

    def tell(self, notice: Notice) -> None:
        """Publish it."""
        message = {
            "organization_id": notice.organization_id,
            "kind": notice.kind.value,
            "code": notice.code,
            "at": notice.at.isoformat(),
        }
        try:
            self.client.publish(
                TopicArn=self.topic_arn,
                Subject=_SUBJECT % notice.kind.value,
                Message=json.dumps(message),
            )
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailable("SNS did not take the notice") from error
