"""A route with its contract: `Routes` checks requests against it before the view runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalice import Blueprint

from chalicelib import access
from chalicelib.contract.checking import check_body, check_query
from chalicelib.contract.schema import Schema, parameters
from chalicelib.requests.reading import json_object
from chalicelib.wiring import api

type View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route takes and answers; its words are the view's docstring."""

    answer: Schema | None = None
    """Of a success; None: no body."""
    status: int = 200
    body: Schema | None = None
    query: Schema = field(default_factory=parameters)
    headers: Mapping[str, Schema] = field(default_factory=dict)
    media: Sequence[str] = ("application/json",)
    public: bool = False
    """Answers without a key."""


class Routes(Blueprint):
    """A blueprint on which every route says what it takes and answers."""

    def route(self, path: str, **kwargs: Any) -> Callable[[View], View]:
        """Register a view under its `operation`."""
        operation: Operation = kwargs.pop("operation")
        register: Callable[[View], View] = super().route(path, **kwargs)

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def checked(**arguments: Any) -> Any:
                self._check(operation, arguments)
                return view(**arguments)

            checked.__dict__["operation"] = operation
            return register(checked)

        return decorate

    def _check(self, operation: Operation, arguments: Mapping[str, str]) -> None:
        """Who asks comes first: a stranger learns nothing from what is wrong with a body."""
        request = self.current_request
        query: Mapping[str, str] = request.query_params or {}
        given = {} if operation.body is None else json_object(request)
        if not operation.public:
            api().throttle_key(access.key_id(request))
            named = arguments.get("session") or query.get("session") or given.get("session")
            access.admit(request, named)
        check_query(query, operation.query)
        if operation.body is not None:
            check_body(given, operation.body)


def operation_of(view: View) -> Operation | None:
    """The contract of a registered view; None when it has none."""
    return getattr(view, "operation", None)
