"""Inbound function: what pages saw, from the FIFO queue into the table."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.bootstrap.inbound import build
from switchboard.domain.errors import InvalidInput, Permanent
from switchboard.domain.inbound import from_wire
from switchboard.domain.metric import Metric

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
inbound = build()
processor = SqsFifoPartialProcessor(skip_group_on_error=True)
processor.raise_on_entire_batch_failure = False  # the class takes no such argument


def store(record: SQSRecord) -> None:
    """Store one event; what can never be stored goes to the dead-letter queue at once."""
    try:
        inbound.receive(from_wire(_json(record)))
    except Permanent as error:
        logger.warning("inbound.event.rejected", error_code=error.code, reason=str(error))
        inbound.metrics.put(Metric.BODIES_REJECTED)
        inbound.dead_letters.record({"body": record.body}, error.code, str(error))


def _json(record: SQSRecord) -> Any:
    try:
        return record.json_body
    except ValueError as error:
        raise InvalidInput("body", "must be JSON") from error


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of the queue's event source mapping."""
    if event.get("warmup"):
        return {}
    response = process_partial_response(
        event=event, record_handler=store, processor=processor, context=context
    )
    inbound.redelivery.hasten(event, response)
    return dict(response)
