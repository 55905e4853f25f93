"""Questions and answers in answers, and what the embedded agent thinks of a question."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import choice, gives, many, nullable, number, text
from chalicelib.requests.knowledge import FIELDS
from switchboard.domain.examination import Examination, Verdict
from switchboard.domain.organization import KnowledgeEntry, Stage

ENTRY = gives(
    "Knowledge",
    {"id": text(), "stage": choice(Stage, "drafts are only for trials"), **FIELDS},
)
TRIAL = gives(
    "KnowledgeTrial",
    {
        "verdict": choice(Verdict, "what a contact who asks this gets"),
        "sureness": number("0 to 1 that the first candidate is right"),
        "answerFrom": number("the sureness from which it is answered"),
        "menuFrom": number("the sureness from which a menu is offered"),
        "reply": nullable(text("the words; null at a hand-off")),
        "candidates": many(
            gives(
                "KnowledgeCandidate",
                {"id": text(), "phrasing": text("the nearest one"), "score": number("-1 to 1")},
            )
        ),
    },
)


def entry_shape(entry: KnowledgeEntry, stage: Stage) -> dict[str, Any]:
    """One question with its answer."""
    return {
        "id": entry.id,
        "stage": stage.value,
        "phrasings": list(entry.phrasings),
        "answer": entry.answer,
    }


def trial_shape(found: Examination) -> dict[str, Any]:
    """What would happen, and why."""
    return {
        "verdict": found.verdict.value,
        "sureness": found.sureness,
        "answerFrom": found.answer_from,
        "menuFrom": found.menu_from,
        "reply": found.reply,
        "candidates": [
            {"id": one.entry_id, "phrasing": one.phrasing, "score": one.score}
            for one in found.candidates
        ],
    }
