"""A wire between the SDK and DynamoDB on which replies get lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.models import botocore_stubber

from switchboard.adapters.dynamodb import writing
from switchboard.adapters.dynamodb.base import Base

Hook = Callable[..., AWSResponse | None]


class Wire:
    """What happens between the SDK and DynamoDB; the SDK's pauses are taken out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
        monkeypatch.setattr(writing.time, "sleep", lambda _: None)
        self.events = Base._get_connection().connection.client.meta.events
        self.calls: list[str] = []

    @contextmanager
    def loses(self, operation: str, times: int = 1) -> Iterator[None]:
        """The first replies to an operation are lost; what they answered was done."""
        left = [times]

        def hook(event_name: str, request: AWSRequest, **_: object) -> None:
            self.calls.append(operation)
            if left[0] > 0:
                left[0] -= 1
                botocore_stubber(event_name, request)
                raise ReadTimeoutError(endpoint_url="moto")

        yield from self._hooked(operation, hook)
        assert left[0] == 0, f"{operation} was not called often enough"

    @contextmanager
    def answers(self, operation: str, code: str, times: int) -> Iterator[None]:
        """The first calls of an operation are refused with an error code; nothing is done."""
        left = [times]

        def hook(event_name: str, request: AWSRequest, **_: object) -> AWSResponse | None:
            if not event_name.endswith(f".{operation}"):
                return botocore_stubber(event_name, request)
            self.calls.append(operation)
            if left[0] <= 0:
                return botocore_stubber(event_name, request)
            left[0] -= 1
            body = f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}", "message": "x"}}'
            return _reply(400, body.encode())

        self.events.unregister("before-send", botocore_stubber)
        try:
            yield from self._hooked("*", hook)
        finally:
            self.events.register_last("before-send", botocore_stubber)

    def _hooked(self, operation: str, hook: Hook) -> Iterator[None]:
        name = f"before-send.dynamodb.{operation}"
        self.events.register_first(name, hook)
        try:
            yield
        finally:
            self.events.unregister(name, hook)


class _Raw:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self) -> Iterator[bytes]:
        yield self.content


def _reply(status: int, content: bytes) -> AWSResponse:
    headers = {"x-amzn-requestid": "x"}
    return AWSResponse("https://moto", status, headers, _Raw(content))
