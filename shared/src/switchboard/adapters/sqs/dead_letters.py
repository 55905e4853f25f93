"""Dead letters on SQS."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from switchboard.adapters.sqs.client import translated
from switchboard.adapters.sqs.json_body import json_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class SqsDeadLetters:
    """The reason stands in the body and as attributes, so that a console can list it."""

    client: SQSClient
    url: str

    def record(self, body: Mapping[str, object], code: str, message: str) -> None:
        """Keep a body with its reason."""
        reason = message[:_LONGEST_REASON]
        letter = {**body, "error_code": code, "error_message": reason}
        named = {"error_code": code, "error_message": reason or code}
        if body.get("correlation_id"):
            named["correlation_id"] = str(body["correlation_id"])
        attributes = {
            name: {"DataType": "String", "StringValue": text} for name, text in named.items()
        }
        with translated():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=json_body(letter),
                MessageAttributes=attributes,  # type: ignore[arg-type]
                **self._fifo(),
            )

    def _fifo(self) -> dict[str, Any]:
        """Every letter is a group of its own: none waits for another."""
        if not self.url.endswith(".fifo"):
            return {}
        unique = uuid.uuid4().hex
        return {"MessageGroupId": unique, "MessageDeduplicationId": unique}
