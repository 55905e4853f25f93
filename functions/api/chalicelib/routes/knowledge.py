"""Routes of the organization's questions and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, gives, many, nullable, number, takes, text, yes_or_no
from chalicelib.requests.fields import body, path
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.examination import Verdict
from switchboard.domain.message import parse_text
from switchboard.domain.organization import KnowledgeEntry, Stage

blueprint = Routes(__name__)
MAX_PHRASINGS = 20
MAX_PHRASING = 500
MAX_ANSWER = 4_000
MAX_QUESTION = 1_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TAKEN = "try"
"""The address of trials."""
_FIELDS = {
    "phrasings": many(
        text(shortest=1, longest=MAX_PHRASING),
        "ways to ask the question",
        fewest=1,
        most=MAX_PHRASINGS,
    ),
    "answer": text(shortest=1, longest=MAX_ANSWER),
}
_ENTRY = gives(
    "Knowledge",
    {"id": text(), "stage": choice(Stage, "drafts are only for trials"), **_FIELDS},
)
_TRIAL = gives(
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


@blueprint.route(
    "/api/{session}/knowledge", methods=["GET"], operation=Operation(answer=many(_ENTRY))
)
def list_knowledge(session: str) -> list[dict[str, Any]]:
    """All questions and answers, what is live first."""
    name = access.organization(blueprint.current_request, session)
    return [_shape(entry, stage) for stage in Stage for entry in api().list_knowledge(name, stage)]


@blueprint.route(
    "/api/{session}/knowledge/{entry}",
    methods=["PUT"],
    operation=Operation(
        body=takes(
            "KnowledgeChange",
            _FIELDS,
            {"draft": yes_or_no("store it for trials; contacts keep getting what is live")},
        ),
        answer=_ENTRY,
    ),
)
def put_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Add or replace one."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    given = body(request)
    parsed = _parsed(_entry_id(entry), given)
    stage = Stage.DRAFT if given.get("draft") else Stage.LIVE
    api().put_knowledge(name, parsed, stage)
    return _shape(parsed, stage)


@blueprint.route(
    "/api/{session}/knowledge/{entry}/publish",
    methods=["POST"],
    operation=Operation(answer=_ENTRY),
)
def publish_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Put a draft in the place of the live entry."""
    name = access.organization(blueprint.current_request, session, write=True)
    return _shape(api().publish_knowledge(name, _entry_id(entry)), Stage.LIVE)


@blueprint.route(
    "/api/{session}/knowledge/try",
    methods=["POST"],
    operation=Operation(
        body=takes(
            "KnowledgeQuestion",
            {"question": text(shortest=1, longest=MAX_QUESTION)},
            {"drafts": yes_or_no("judge with the drafts as if they were live; true when absent")},
        ),
        answer=_TRIAL,
    ),
)
def try_knowledge(session: str) -> dict[str, Any]:
    """What the embedded agent would do with a question, and why; nothing is stored or sent."""
    request = blueprint.current_request
    name = access.organization(request, session)
    given = body(request)
    api().list_knowledge(name)  # 404 for an organization that is not there
    question = parse_text(given["question"], "question")
    found = api().try_knowledge(name, question, drafts=given.get("drafts") is not False)
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


@blueprint.route(
    "/api/{session}/knowledge/{entry}", methods=["DELETE"], operation=Operation(status=204)
)
def delete_knowledge(session: str, entry: str) -> Response:
    """Remove one with its draft."""
    name = access.organization(blueprint.current_request, session, write=True)
    api().delete_knowledge(name, _entry_id(entry))
    return Response(None, status_code=204)


def _entry_id(text: str) -> str:
    entry = path(text)
    if not _ID.fullmatch(entry) or entry == _TAKEN:
        raise InvalidInput("id", f"must be 1 to 64 letters, digits, '-' or '_', and not {_TAKEN}")
    return entry


def _parsed(entry_id: str, given: Mapping[str, Any]) -> KnowledgeEntry:
    phrasings = given["phrasings"]
    texts = [parse_text(text, f"phrasings[{number}]") for number, text in enumerate(phrasings)]
    return KnowledgeEntry(entry_id, tuple(texts), parse_text(given["answer"], "answer"))


def _shape(entry: KnowledgeEntry, stage: Stage) -> dict[str, Any]:
    return {
        "id": entry.id,
        "stage": stage.value,
        "phrasings": list(entry.phrasings),
        "answer": entry.answer,
    }
