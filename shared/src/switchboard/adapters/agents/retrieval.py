"""Finds the entries of an organization that are nearest to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from switchboard.adapters.agents.background import SENTENCES
from switchboard.adapters.agents.gate import Evidence, entry_score, spelling_overlap
from switchboard.adapters.agents.words import content_words
from switchboard.domain.organization import KnowledgeEntry
from switchboard.ports.agent import Embedder

if TYPE_CHECKING:
    import numpy as np

CACHED_PHRASINGS = 4_096
"""6 MB of vectors, of all the organizations that a process answers for, and of their words."""
MOST_WORDS = 8
"""Whose words are compared, each 5 ms: a longer question holds some that no entry has."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and how near it is."""

    entry: KnowledgeEntry
    phrasing: str
    """The nearest one, which is mostly in the language of the question."""
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """All entries for one question, best first."""

    question: str
    matches: Sequence[Match]
    evidence: Evidence


@dataclass(slots=True)
class Retriever:
    """Keeps the vectors of phrasings stored without; a customer's words are not kept."""

    embedder: Embedder
    cached: dict[str, bytes] = field(default_factory=dict, repr=False)
    middle: np.ndarray | None = field(default=None, repr=False)

    def rank(self, texts: Sequence[str], entries: Sequence[KnowledgeEntry]) -> list[Ranking]:
        """One ranking a text; neither argument may be empty."""
        asked = self.embedder.embed(texts)
        known = self._stored(entries, row_bytes=len(asked) // len(texts))
        questions = self._centred(asked, len(texts))
        phrasings = self._centred(known, sum(len(one.phrasings) for one in entries))
        return [
            _ranking(text, entries, (phrasings @ question).tolist())
            for text, question in zip(texts, questions, strict=True)
        ]

    def weakest_word(self, ranking: Ranking) -> float:
        """How near the most foreign word of the question is to any word of the best entry.

        -1 to 1; 0 when the question has no word that says what it is about, or too many. A whole
        sentence is near an entry that shares its topic; "to buy a child seat" and "is there a
        child seat" differ in one word, and that word is near none of the entry's.
        """
        asked = content_words(ranking.question)
        entry = ranking.matches[0].entry
        known = list(dict.fromkeys(content_words(" ".join(entry.phrasings))))
        foreign = [word for word in asked if word not in known]
        if not asked or not known or len(asked) > MOST_WORDS:
            return 0.0
        if not foreign:
            return 1.0
        self._remember(known)
        mine = self._centred(self.embedder.embed(foreign), len(foreign))
        theirs = self._centred(b"".join(self.cached[word] for word in known), len(known))
        return float((mine @ theirs.T).max(axis=1).min())

    def _centred(self, raw: bytes, rows: int) -> np.ndarray:
        import numpy as np  # noqa: PLC0415 - cold starts of other functions

        if self.middle is None:
            background = self.embedder.embed(SENTENCES)
            self.middle = _rows(background, len(SENTENCES)).mean(axis=0)
        moved = _rows(raw, rows) - self.middle
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        return np.asarray(moved / np.maximum(lengths, 1e-6))

    def _stored(self, entries: Sequence[KnowledgeEntry], row_bytes: int) -> bytes:
        """A row a phrasing; those that are missing, or of another size, are made."""
        bare = [one for one in entries if not _is_embedded(one, row_bytes)]
        self._remember([text for one in bare for text in one.phrasings])
        return b"".join(
            one.vectors
            if _is_embedded(one, row_bytes)
            else b"".join(self.cached[text] for text in one.phrasings)
            for one in entries
        )

    def _remember(self, texts: Sequence[str]) -> None:
        missing = [text for text in dict.fromkeys(texts) if text not in self.cached]
        if not missing:
            return
        if len(self.cached) + len(missing) > CACHED_PHRASINGS:
            self.cached.clear()
            missing = list(dict.fromkeys(texts))
        raw = self.embedder.embed(missing)
        size = len(raw) // len(missing)
        for number, text in enumerate(missing):
            self.cached[text] = raw[number * size : (number + 1) * size]


def _is_embedded(entry: KnowledgeEntry, row_bytes: int) -> bool:
    return len(entry.vectors) == len(entry.phrasings) * row_bytes


def _rows(raw: bytes, count: int) -> np.ndarray:
    import numpy as np  # noqa: PLC0415

    return np.frombuffer(raw, dtype="<f4").reshape(count, -1)


def _ranking(
    text: str, entries: Sequence[KnowledgeEntry], similarities: Sequence[float]
) -> Ranking:
    matches: list[Match] = []
    start = 0
    for entry in entries:
        own = similarities[start : start + len(entry.phrasings)]
        start += len(entry.phrasings)
        nearest = entry.phrasings[own.index(max(own))]
        matches.append(Match(entry, nearest, entry_score(own)))
    matches.sort(key=lambda match: match.score, reverse=True)
    best = matches[0]
    lead = best.score - matches[1].score if len(matches) > 1 else 0.0
    overlap = spelling_overlap(text, best.entry.phrasings)
    return Ranking(text, matches, Evidence(best.score, lead, overlap))
