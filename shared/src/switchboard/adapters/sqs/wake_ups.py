"""Wake-ups on SQS, the writing side."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.adapters.sqs.client import error_code
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.queue_bodies import to_body

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SqsWakeUps:
    """A lost hint costs time, never a message: failures are logged and forgotten."""

    client: SQSClient

    def wake(
        self, queue_url: str, organization_id: OrganizationId, message_id: MessageId | None = None
    ) -> None:
        """Tell the owner to look."""
        body = to_body(organization_id=organization_id, message_id=message_id)
        try:
            self.client.send_message(QueueUrl=queue_url, MessageBody=body)
        except (BotoCoreError, ClientError) as error:
            keys = {"organization_id": organization_id, "error_code": error_code(error)}
            _log.warning("host.wake_up.lost", extra=keys)
