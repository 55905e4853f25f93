"""What can go wrong with a language model, in our terms."""

from __future__ import annotations

import logging

from pydantic_ai import exceptions

from switchboard.domain.errors import (
    AgentFailure,
    ModelDenied,
    ModelLoop,
    ModelNonsense,
    ModelThrottled,
    ModelTimedOut,
    ModelUnavailable,
)
from switchboard.domain.spending import Usage

_log = logging.getLogger(__name__)
_CLASSES: tuple[tuple[type[Exception], type[AgentFailure]], ...] = (
    (exceptions.UsageLimitExceeded, ModelLoop),
    (exceptions.UnexpectedModelBehavior, ModelNonsense),
    (exceptions.ModelRateLimitError, ModelThrottled),
    (exceptions.ModelQuotaExceededError, ModelThrottled),
    (exceptions.ModelTimeoutError, ModelTimedOut),
    (exceptions.ModelRequestTimeout, ModelTimedOut),
    (TimeoutError, ModelTimedOut),
    (exceptions.ModelContextWindowExceededError, ModelNonsense),
    (exceptions.ModelRequestRejectedError, ModelDenied),
    (exceptions.UserError, ModelDenied),
    (exceptions.ModelAPIError, ModelUnavailable),
)
"""The first class that fits decides."""


def failure_of(error: BaseException, usage: Usage) -> AgentFailure:
    """Our failure for what a run raised; a request that was one too many hides in a cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AgentFailure):
            return type(cause)(str(cause), usage)
        cause = cause.__cause__
    for vendor, ours in _CLASSES:
        if isinstance(error, vendor):
            return ours(type(error).__name__, usage)
    _log.error("agent.failure.unknown", extra={"error": type(error).__name__})
    return ModelUnavailable(type(error).__name__, usage)
