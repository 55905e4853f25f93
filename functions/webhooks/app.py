"""Webhooks function: events to their receivers, straight from the queue or from parked lanes."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.bootstrap.webhooks import build
from switchboard.domain.delivery import from_wire, parse_lane
from switchboard.domain.errors import Permanent
from switchboard.domain.metric import Metric

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
webhooks = build()
straight = SqsFifoPartialProcessor(skip_group_on_error=True)
straight.raise_on_entire_batch_failure = False  # the class takes no such argument
parked = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def deliver(record: SQSRecord) -> None:
    """Deliver one event; a body that is not ours goes to the dead-letter queue at once."""
    try:
        webhooks.deliver(from_wire(record.body))
    except Permanent as error:
        logger.warning("webhook.rejected", error_code=error.code, reason=str(error))
        webhooks.metrics.put(Metric.BODIES_REJECTED)
        webhooks.dead_letters.record({"body": record.body}, error.code, str(error))


def drain(record: SQSRecord) -> None:
    """Empty one parked lane."""
    try:
        webhooks.drain(parse_lane(record.body))
    except Permanent as error:
        logger.warning("lane.rejected", error_code=error.code, reason=str(error))
        webhooks.metrics.put(Metric.BODIES_REJECTED)
        webhooks.parked_dead_letters.record({"body": record.body}, error.code, str(error))


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of both queues; a batch is of one queue, and only the straight one is FIFO."""
    if event.get("warmup"):
        return {}
    is_straight = event["Records"][0]["eventSourceARN"].endswith(".fifo")
    return dict(
        process_partial_response(
            event=event,
            record_handler=deliver if is_straight else drain,
            processor=straight if is_straight else parked,
            context=context,
        )
    )
