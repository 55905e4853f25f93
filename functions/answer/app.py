"""Answer function: one reply a burst, when its timer comes due."""

from __future__ import annotations

import base64
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

from switchboard.bootstrap.answer import build
from switchboard.domain.errors import Permanent
from switchboard.domain.examination import to_wire
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.queue_bodies import parse_timer

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
answer = build()
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def answer_one(record: SQSRecord) -> None:
    """Handle one timer; a body that is not ours goes to the dead-letter queue at once."""
    try:
        timer = parse_timer(record.body)
        answer.conversation(timer.organization_id, timer.conversation_id, timer.in_version)
    except Permanent as error:
        logger.warning("timer.rejected", error_code=error.code, reason=str(error))
        answer.metrics.put(Metric.BODIES_REJECTED)
        answer.dead_letters.record({"body": record.body}, error.code, str(error))


def asked(event: dict[str, Any]) -> dict[str, Any]:
    """What the API asks directly: vectors for phrasings, or a trial."""
    if "embed" in event:
        vectors = answer.embedder.embed([str(text) for text in event["embed"]])
        return {"vectors": base64.b64encode(vectors).decode()}
    trial = event["try"]
    examination = answer.trials(
        OrganizationId(trial["organization_id"]),
        str(trial["question"]),
        drafts=bool(trial["drafts"]),
    )
    return to_wire(examination)


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Entry point of the timer queue's event source mapping."""
    if event.get("warmup"):
        answer.warm_up()
        return {}
    if "Records" not in event:
        return asked(event)
    response = process_partial_response(
        event=event, record_handler=answer_one, processor=processor, context=context
    )
    answer.redelivery.hasten(event, response)
    return dict(response)
