"""Dispatcher function: accepted messages become READY and wake their line's owner."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.bootstrap.dispatcher import build
from switchboard.domain.errors import Permanent
from switchboard.domain.metric import Metric
from switchboard.domain.queue_bodies import parse_send

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
dispatcher = build()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def dispatch(record: SQSRecord) -> None:
    """Dispatch one message; a body that is not ours goes to the dead-letter queue at once."""
    try:
        send = parse_send(record.body)
        dispatcher.outbound(send.organization_id, send.message_id)
    except Permanent as error:
        logger.warning("send.rejected", error_code=error.code, reason=str(error))
        dispatcher.metrics.put(Metric.BODIES_REJECTED)
        dispatcher.dead_letters.record({"body": record.body}, error.code, str(error))


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of the send-queue's event source mapping."""
    if event.get("warmup"):
        return {}
    response = process_partial_response(
        event=event, record_handler=dispatch, processor=processor, context=context
    )
    dispatcher.redelivery.hasten(event, response)
    return dict(response)
