"""Sweeper function: each minute, set going again what a crash left behind."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from switchboard.bootstrap.sweeper import build

logger = Logger()
tracer = Tracer()
copy_config_to_registered_loggers(logger, include={"switchboard"})
sweep = build()


@logger.inject_lambda_context
@tracer.capture_lambda_handler
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Entry point of the schedule."""
    if event.get("warmup"):
        return {}
    sweep()
    return {}
