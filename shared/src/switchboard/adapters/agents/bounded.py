"""An HTTP transport that reads no endless answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

from switchboard.domain.errors import ModelNonsense

LONGEST_BODY = 1_000_000
"""Bytes; 600 tokens of output are some kilobytes."""


class BoundedTransport(httpx2.AsyncHTTPTransport):
    """Ends a response that is longer than any answer, before it fills the memory."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send; the body is counted while it is read."""
        response = await super().handle_async_request(request)
        stream = response.stream
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ModelNonsense("a compressed answer, which nobody asked for")
        if not isinstance(stream, httpx2.AsyncByteStream):
            return response
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_BoundedStream(stream),
            extensions=response.extensions,
        )


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self.stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for chunk in self.stream:
            length += len(chunk)
            if length > LONGEST_BODY:
                raise ModelNonsense("the answer is longer than any answer")
            yield chunk

    async def aclose(self) -> None:
        await self.stream.aclose()
