"""One shape for every error, one table from error class to status."""

from __future__ import annotations

import functools
import logging
import math
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

from chalice import Chalice, Response
from chalice.app import ChaliceViewError, Request

from chalicelib.access import Forbidden, Unauthorized
from chalicelib.requests.reading import BodyTooLarge
from switchboard.domain import errors

_log = logging.getLogger("switchboard.api")


_STATUS: tuple[tuple[type[errors.SwitchboardError], HTTPStatus], ...] = (
    (errors.InvalidInput, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (Unauthorized, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.Throttled, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.NoAnswer, HTTPStatus.GATEWAY_TIMEOUT),
    (errors.Transient, HTTPStatus.SERVICE_UNAVAILABLE),
)


def answer_errors(app: Chalice) -> None:
    """Make what a route raises an answer, for every route that is registered by now.

    Chalice turns what a view raises into its own 500 before any middleware sees it, so that the
    views themselves have to be wrapped.
    """
    for methods in app.routes.values():
        for entry in methods.values():
            entry.view_function = _answering(app, entry.view_function)


def reshape(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Middleware: Chalice's own refusals (405, 415) in our shape; each answer with its id."""
    response = get_response(request)
    if isinstance(response.body, dict) and response.body.keys() == {"Code", "Message"}:
        name = str(response.body["Code"]).removesuffix("Error")
        response.body = _body(request, _snake(name), str(response.body["Message"]))
    response.headers["X-Request-Id"] = str(request.context.get("requestId"))
    return response


def _answering(app: Chalice, view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def answering(**arguments: Any) -> Any:
        request = cast("Request", app.current_request)  # always there while a view runs
        try:
            return view(**arguments)
        except errors.SwitchboardError as error:
            if (status := _status(error)) is not None:
                return _answer(request, error, status)
            _log.exception("api.failed")
        except ChaliceViewError as error:
            code = _snake(type(error).__name__.removesuffix("Error"))
            return Response(_body(request, code, str(error)), status_code=error.STATUS_CODE)
        except Exception:  # noqa: BLE001 - the boundary of one request
            _log.exception("api.failed")
        body = _body(request, "internal_error", "something went wrong on our side")
        return Response(body, status_code=HTTPStatus.INTERNAL_SERVER_ERROR.value)

    return answering


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _status(error: errors.SwitchboardError) -> HTTPStatus | None:
    """None for what only a fault of ours can raise here."""
    if isinstance(error, errors.InvalidInput) and error.field == "body":
        return HTTPStatus.BAD_REQUEST
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return None


def _answer(request: Request, error: errors.SwitchboardError, status: HTTPStatus) -> Response:
    body = _body(request, error.code, str(error))
    headers: dict[str, str | list[str]] = {}
    if isinstance(error, errors.InvalidInput):
        body |= {"field": error.field, "message": error.message}
    if isinstance(error, errors.Throttled):
        seconds = max(1, math.ceil(error.retry_after.total_seconds()))
        body["retryAfterSeconds"] = seconds
        headers["Retry-After"] = str(seconds)
    return Response(body, headers=headers, status_code=status.value)


def _body(request: Request, code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "requestId": request.context.get("requestId")}
