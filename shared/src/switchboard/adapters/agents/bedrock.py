"""A model on Amazon Bedrock, by the Converse API."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from pydantic_ai.models.bedrock import BedrockConverseModel
from pydantic_ai.providers.bedrock import BedrockProvider

from switchboard.adapters.agents.language_model import LanguageModelAgent
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds, count_request

_CONNECT_SECONDS = 2


def bedrock_agent(
    model_id: str, retriever: Retriever, bounds: Bounds, endpoint: str | None = None
) -> LanguageModelAgent:
    """An agent over one model.

    Args:
        model_id: a model or inference profile that the role may invoke.
        retriever: finds known answers.
        bounds: of one turn.
        endpoint: None takes the region's own, or AWS_ENDPOINT_URL_BEDROCK_RUNTIME.
    """
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=endpoint,
        config=Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=bounds.read_seconds,
            retries={"total_max_attempts": bounds.attempts, "mode": "standard"},
        ),
    )
    client.meta.events.register("before-send.bedrock-runtime", _count)
    model = BedrockConverseModel(model_id, provider=BedrockProvider(bedrock_client=client))
    return LanguageModelAgent(model, retriever, bounds)


def _count(**_: Any) -> None:
    """Returns nothing, which lets botocore send the request."""
    count_request()
