"""The session-start queue on SQS."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from switchboard.adapters.sqs.client import poll_seconds, translated
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import OrganizationId
from switchboard.domain.queue_bodies import parse_wake_up, to_body
from switchboard.ports.session_starts import Announcement

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SqsSessionStarts:
    """`SessionStarts`; a body that is not ours stays until it reaches the dead-letter queue."""

    client: SQSClient
    url: str

    def announce(self, organization_id: OrganizationId) -> None:
        """Offer a line."""
        body = to_body(organization_id=organization_id)
        with translated():
            self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def take(self, wait: timedelta) -> Announcement | None:
        """Take one announcement."""
        with translated():
            answer = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=1,
                WaitTimeSeconds=poll_seconds(wait),
            )
        for message in answer.get("Messages", []):
            try:
                organization_id = parse_wake_up(message["Body"]).organization_id
            except InvalidInput as error:
                _log.warning("session.announcement.rejected", extra={"reason": str(error)})
            else:
                return Announcement(organization_id, message["ReceiptHandle"])
        return None

    def leave(self, announcement: Announcement) -> None:
        """Make the announcement visible again."""
        with translated():
            self.client.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=announcement.receipt, VisibilityTimeout=0
            )

    def done(self, announcement: Announcement) -> None:
        """Delete an announcement."""
        with translated():
            self.client.delete_message(QueueUrl=self.url, ReceiptHandle=announcement.receipt)
