"""The retriever's cache of vectors, with an embedder that needs no model."""

from dataclasses import dataclass, field

import pytest

from switchboard.adapters.agents import retrieval
from switchboard.adapters.agents.background import SENTENCES
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.memory.agent import WordEmbedder
from switchboard.domain.organization import KnowledgeEntry


@dataclass
class CountingEmbedder:
    """Counts what it is given; the vectors are real."""

    words: WordEmbedder = field(default_factory=WordEmbedder)
    seen: list[str] = field(default_factory=list)

    def embed(self, texts):
        self.seen.extend(texts)
        return self.words.embed(texts)


def entries(name: str, count: int) -> list[KnowledgeEntry]:
    return [KnowledgeEntry(f"{name}{n}", (f"{name} {n}",), "answer") for n in range(count)]


def test_a_phrasing_is_embedded_once_and_a_question_is_not_kept() -> None:
    embedder = CountingEmbedder()
    retriever = Retriever(embedder)
    for _ in range(3):
        retriever.rank(["my secret"], entries("a", 5))
    assert len(embedder.seen) == len(SENTENCES) + 5 + 3
    assert "my secret" not in retriever.cached


def test_the_cache_is_bounded_and_one_full_organization_stays_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retrieval, "CACHED_PHRASINGS", 8)
    embedder = CountingEmbedder()
    retriever = Retriever(embedder)
    for name, count in (("a", 8), ("a", 8), ("b", 3), ("b", 5)):
        best = retriever.rank([f"{name} 2"], entries(name, count))[0].matches[0]
        assert best.phrasing == f"{name} 2"
        assert len(retriever.cached) <= 8
    phrasings = [text for text in embedder.seen if text not in SENTENCES]
    assert len(phrasings) == 4 + 8 + 5


def test_a_burst_gets_a_ranking_a_message_in_its_order() -> None:
    found = Retriever(CountingEmbedder()).rank(["red 1", "red 3"], entries("red", 4))
    assert [one.matches[0].entry.id for one in found] == ["red1", "red3"]
