"""A scripted agent and an embedder without a model."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from switchboard.ports.agent import AgentReply, AgentRequest

type Script = Callable[[AgentRequest], AgentReply]

_DIMENSIONS = 64


def echo(request: AgentRequest) -> AgentReply:
    """Repeat the last message, so that a test can tell which burst was answered."""
    return AgentReply(f"re: {request.burst[-1].content}")


@dataclass(slots=True)
class ScriptedAgent:
    """`Agent` that answers by its script and keeps what it was asked."""

    script: Script = echo
    requests: list[AgentRequest] = field(default_factory=list)
    failure: Exception | None = None
    """Raised instead of an answer while it is set."""

    def answer(self, request: AgentRequest) -> AgentReply:
        """Note the request, then follow the script."""
        self.requests.append(request)
        if self.failure is not None:
            raise self.failure
        return self.script(request)


class WordEmbedder:
    """`Embedder` that hashes words into 64 dimensions: the same words are near each other."""

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows of length one, little endian, one a text."""
        return b"".join(struct.pack(f"<{_DIMENSIONS}f", *_row(text)) for text in texts)


def _row(text: str) -> list[float]:
    row = [0.0] * _DIMENSIONS
    for word in text.lower().split():
        row[hashlib.sha256(word.encode()).digest()[0] % _DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in row)) or 1.0
    return [value / length for value in row]
