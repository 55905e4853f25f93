"""Dead letters on SQS."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from switchboard.adapters.sqs.client import translated

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
        attributes = {
            "error_code": {"DataType": "String", "StringValue": code},
            "error_message": {"DataType": "String", "StringValue": reason or code},
        }
        with translated():
            self.client.send_message(
                QueueUrl=self.url,
                MessageBody=json.dumps(letter, ensure_ascii=False),
                MessageAttributes=attributes,  # type: ignore[arg-type]
                **self._fifo(),
            )

    def _fifo(self) -> dict[str, Any]:
        """Every letter is a group of its own: none waits for another."""
        if not self.url.endswith(".fifo"):
            return {}
        unique = uuid.uuid4().hex
        return {"MessageGroupId": unique, "MessageDeduplicationId": unique}
