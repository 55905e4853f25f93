"""The language models that a deployment has, made only when an organization uses one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.adapters.agents.lazy import LazyAgent
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds
from switchboard.domain.organization import AgentKind
from switchboard.domain.spending import Price
from switchboard.ports.agent import Agent, LanguageModel


@dataclass(frozen=True, slots=True)
class Bedrock:
    """A model on Amazon Bedrock; an empty id means there is none."""

    model: str
    price: Price


@dataclass(frozen=True, slots=True)
class OpenAi:
    """A model behind an OpenAI-compatible endpoint; an empty model means there is none."""

    base_url: str
    model: str
    key_secret: str
    """Name of the key's secret; empty when the endpoint wants no key."""
    price: Price


def language_models(
    bedrock: Bedrock, openai: OpenAi, retriever: Retriever, bounds: Bounds
) -> Mapping[AgentKind, LanguageModel]:
    """One agent for each configured model."""
    models: dict[AgentKind, LanguageModel] = {}
    if bedrock.model:
        agent = LazyAgent(lambda: _bedrock(bedrock, retriever, bounds))
        models[AgentKind.BEDROCK] = LanguageModel(agent, bedrock.price, bounds.total_tokens)
    if openai.model and openai.base_url:
        agent = LazyAgent(lambda: _openai(openai, retriever, bounds))
        models[AgentKind.OPENAI] = LanguageModel(agent, openai.price, bounds.total_tokens)
    return models


def _bedrock(bedrock: Bedrock, retriever: Retriever, bounds: Bounds) -> Agent:
    from switchboard.adapters.agents.bedrock import bedrock_agent  # noqa: PLC0415 - see LazyAgent

    return bedrock_agent(bedrock.model, retriever, bounds)


def _openai(openai: OpenAi, retriever: Retriever, bounds: Bounds) -> Agent:
    from switchboard.adapters.agents.openai_compatible import (  # noqa: PLC0415 - see LazyAgent
        openai_agent,
    )
    from switchboard.adapters.agents.secret import read_secret  # noqa: PLC0415

    key = read_secret(openai.key_secret) if openai.key_secret else ""
    return openai_agent(openai.model, openai.base_url, key, retriever, bounds)
