"""A model behind an endpoint that speaks OpenAI's chat completions, for instance Ollama's."""

from __future__ import annotations

from typing import Any

import httpx2
from openai import AsyncOpenAI
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from switchboard.adapters.agents.bounded import BoundedTransport
from switchboard.adapters.agents.language_model import LanguageModelAgent
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds, count_request

_CONNECT_SECONDS = 2.0
_NO_KEY = "none"
"""The client wants one even where the endpoint does not."""


def openai_agent(
    model: str, base_url: str, api_key: str, retriever: Retriever, bounds: Bounds
) -> LanguageModelAgent:
    """An agent over one model.

    Args:
        model: the endpoint's name for it.
        base_url: up to and with the version, for instance `https://host/v1`.
        api_key: empty when the endpoint wants none.
        retriever: finds known answers.
        bounds: of one turn.
    """
    timeout = httpx2.Timeout(bounds.read_seconds, connect=_CONNECT_SECONDS)
    client = AsyncOpenAI(
        base_url=base_url,
        api_key=api_key or _NO_KEY,
        timeout=timeout,
        max_retries=bounds.attempts - 1,
        http_client=httpx2.AsyncClient(
            timeout=timeout,
            transport=BoundedTransport(),
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [_count]},
        ),
    )
    provider = OpenAIProvider(openai_client=client)
    return LanguageModelAgent(OpenAIChatModel(model, provider=provider), retriever, bounds)


async def _count(_: Any) -> None:
    count_request()
