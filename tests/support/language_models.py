"""The real clients of both wire formats, pointed at a model on loopback."""

import os
from collections.abc import Callable

from tests.support.model_server import ModelServer

from switchboard.adapters.agents.bedrock import bedrock_agent
from switchboard.adapters.agents.language_model import LanguageModelAgent
from switchboard.adapters.agents.openai_compatible import openai_agent
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds
from switchboard.adapters.memory.agent import WordEmbedder
from switchboard.domain.organization import AgentKind

QUICK = Bounds(seconds=3.0, read_seconds=2.0)
"""Room for one retry with its pause."""
HASTY = Bounds(seconds=1.0, read_seconds=0.7)
"""For a model that does not answer at all."""
KINDS = (AgentKind.BEDROCK, AgentKind.OPENAI)


def agent_of(kind: AgentKind, server: ModelServer, bounds: Bounds = QUICK) -> LanguageModelAgent:
    return _MAKERS[kind](server, bounds)


def _bedrock(server: ModelServer, bounds: Bounds) -> LanguageModelAgent:
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    return bedrock_agent("test.model", Retriever(WordEmbedder()), bounds, server.url)


def _openai(server: ModelServer, bounds: Bounds) -> LanguageModelAgent:
    return openai_agent("model", f"{server.url}/v1", "key", Retriever(WordEmbedder()), bounds)


_MAKERS: dict[AgentKind, Callable[[ModelServer, Bounds], LanguageModelAgent]] = {
    AgentKind.BEDROCK: _bedrock,
    AgentKind.OPENAI: _openai,
}
