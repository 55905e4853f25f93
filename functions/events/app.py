"""Events function: changes of the table, from its stream onto the queue of deliveries."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.application.publish_events import Publication
from switchboard.bootstrap.events import build
from switchboard.domain.errors import Permanent, Transient
from switchboard.domain.metric import Metric

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
events = build()


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Entry point of the stream's event source mapping.

    Stops at the first record that has to come again: what follows it must not overtake it.
    """
    if event.get("warmup"):
        return {}
    publication, published = events.publication(), 0
    failures: list[dict[str, str]] = []
    for record in event["Records"]:
        try:
            published += publish(publication, record)
        except Transient as error:
            logger.warning("event.postponed", error_code=error.code)
            failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            break
    logger.info("events.published", records=len(event["Records"]), deliveries=published)
    events.metrics.put(Metric.DELIVERIES_QUEUED, published)
    return {"batchItemFailures": failures}


def publish(publication: Publication, record: dict[str, Any]) -> int:
    """Publish one record; what can never be read goes to the dead-letter queue at once."""
    try:
        change = events.read(record)
        return 0 if change is None else publication(change)
    except Permanent as error:
        logger.warning("event.rejected", error_code=error.code, reason=str(error))
        where = {"keys": record.get("dynamodb", {}).get("Keys"), "event_id": record.get("eventID")}
        events.metrics.put(Metric.BODIES_REJECTED)
        events.dead_letters.record(where, error.code, str(error))
        return 0
