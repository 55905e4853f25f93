"""The fixed questions that fit and measure the embedded agent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from switchboard.adapters.agents.gate import Evidence
from switchboard.adapters.agents.judge import verdict_of
from switchboard.adapters.agents.retrieval import Ranking, Retriever
from switchboard.domain.examination import Verdict
from switchboard.domain.organization import KnowledgeEntry

HERE = Path(__file__).parent
DEMO = HERE.parents[2] / "infra/local/demo/knowledge.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the entry that answers it (None: none does) and what was found."""

    text: str
    right: str | None
    ranking: Ranking
    verdict: Verdict
    weakest: float

    @property
    def found(self) -> bool:
        return self.ranking.matches[0].entry.id == self.right

    @property
    def evidence(self) -> Evidence:
        return self.ranking.evidence


@dataclass(frozen=True, slots=True)
class Questions:
    """One organization's knowledge, and questions that are not its phrasings."""

    knowledge: tuple[KnowledgeEntry, ...]
    asked: tuple[tuple[str, str | None], ...]

    def rank(self, retriever: Retriever) -> list[Asked]:
        rankings = retriever.rank([text for text, _ in self.asked], self.knowledge)
        return [
            Asked(text, right, one, verdict_of(one, retriever), retriever.weakest_word(one))
            for (text, right), one in zip(self.asked, rankings, strict=True)
        ]


def fitting() -> list[Questions]:
    """A clinic, a cafe, the demo's shop, half of the near misses: what the gate is fitted on."""
    parts = _read(HERE / "fitting.json").values()
    return [*(_questions(part["knowledge"], part) for part in parts), shop(), *_near_misses(0)]


def _near_misses(half: int) -> list[Questions]:
    """A dry cleaner, a vet and a car rental, asked mostly what they almost answer."""
    parts = [_questions(one["knowledge"], one) for one in _read(HERE / "near.json").values()]
    return [Questions(part.knowledge, part.asked[half::2]) for part in parts]


def shop() -> Questions:
    """The demo's bicycle shop."""
    return _questions(_read(DEMO), _read(HERE / "corpus.json"))


def held_out() -> list[Questions]:
    """A hotel and a school: nothing is fitted on them, no threshold chosen by them."""
    parts = _read(HERE / "evaluation.json").values()
    return [_questions(part["knowledge"], part) for part in parts]


def near_held_out() -> list[Questions]:
    """The other half of the near misses, and a gym's, which nothing was fitted on either."""
    gym = _read(HERE / "gym.json")
    return [*_near_misses(1), _questions(gym["knowledge"], gym)]


def _questions(knowledge: Sequence[dict[str, Any]], corpus: dict[str, Any]) -> Questions:
    entries = tuple(
        KnowledgeEntry(one["id"], tuple(one["phrasings"]), one["answer"]) for one in knowledge
    )
    inside = [(text, right) for text, right in corpus["in"]]
    return Questions(entries, (*inside, *((text, None) for text in corpus["out"])))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf8"))
