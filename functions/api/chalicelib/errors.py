"""One shape for every error, one table from error class to status."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice import Response
from chalice.app import ChaliceViewError, Request

from chalicelib.access import Forbidden
from switchboard.domain import errors

_log = logging.getLogger("switchboard.api")


class BodyTooLarge(errors.Permanent):
    """More than a request may hold."""

    code = "too_large"


_STATUS: tuple[tuple[type[errors.SwitchboardError], HTTPStatus], ...] = (
    (errors.InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.Throttled, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.NoAnswer, HTTPStatus.GATEWAY_TIMEOUT),
    (errors.Transient, HTTPStatus.SERVICE_UNAVAILABLE),
)


def answer_errors(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware: what a route raises becomes an answer without a stack trace."""
    try:
        return get_response(request)
    except errors.SwitchboardError as error:
        return _answer(request, error, _status(error))
    except ChaliceViewError as error:
        body = _body(request, error.__class__.__name__, str(error))
        return Response(body, status_code=error.STATUS_CODE)
    except Exception:  # noqa: BLE001 - the boundary of one request
        _log.exception("api.failed")
        body = _body(request, "internal_error", "something went wrong on our side")
        return Response(body, status_code=HTTPStatus.INTERNAL_SERVER_ERROR.value)


def _status(error: errors.SwitchboardError) -> HTTPStatus:
    if isinstance(error, errors.InvalidInput) and error.field == "body":
        return HTTPStatus.BAD_REQUEST
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _answer(request: Request, error: errors.SwitchboardError, status: HTTPStatus) -> Response:
    body = _body(request, error.code, str(error))
    headers = {}
    if isinstance(error, errors.InvalidInput):
        body |= {"field": error.field, "message": error.message}
    if isinstance(error, errors.Throttled):
        seconds = max(1, math.ceil(error.retry_after.total_seconds()))
        body["retryAfterSeconds"] = seconds
        headers["Retry-After"] = str(seconds)
    return Response(body, headers=headers, status_code=status.value)


def _body(request: Request, code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "requestId": request.context.get("requestId")}
