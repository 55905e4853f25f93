"""What a function could not work off, soon visible again instead of after the queue's own time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from switchboard.adapters.sqs.client import translated
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.redelivery import Failed, delays

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import ChangeMessageVisibilityBatchRequestEntryTypeDef

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SqsRedelivery:
    """One call a batch, none when nothing failed; what it misses waits for the queue's own time."""

    client: SQSClient
    url: str

    def hasten(self, event: Mapping[str, Any], response: Mapping[str, Any]) -> None:
        """Have the failed messages of a batch come again after the delay of their count.

        Args:
            event: of an event source mapping; at most ten records, which is what one call takes.
            response: the partial batch response to it.
        """
        failed = self._failed(event, response)
        if not failed:
            return
        entries: list[ChangeMessageVisibilityBatchRequestEntryTypeDef] = [
            {
                "Id": str(number),
                "ReceiptHandle": one.receipt,
                "VisibilityTimeout": int(delay.total_seconds()),
            }
            for number, (one, delay) in enumerate(zip(failed, delays(failed), strict=True))
        ]
        try:
            with translated():
                answer = self.client.change_message_visibility_batch(
                    QueueUrl=self.url, Entries=entries
                )
        except DependencyUnavailable as error:
            _log.warning("redelivery.not_hastened", extra={"reason": str(error)})
            return
        if left := answer.get("Failed"):
            _log.warning("redelivery.not_hastened", extra={"reason": left[0]["Code"]})

    def _failed(self, event: Mapping[str, Any], response: Mapping[str, Any]) -> list[Failed]:
        """A standard queue's groups are for fairness: nobody waits for another there."""
        ids = {one["itemIdentifier"] for one in response["batchItemFailures"]}
        in_order = self.url.endswith(".fifo")
        return [
            Failed(
                record["receiptHandle"],
                int(record["attributes"]["ApproximateReceiveCount"]),
                record["attributes"].get("MessageGroupId") if in_order else None,
            )
            for record in event["Records"]
            if record["messageId"] in ids
        ]
