"""What the embedded agent knows."""

from __future__ import annotations

import re
from typing import Any

from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import Fields, body, path
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.message import parse_text
from switchboard.domain.organization import KnowledgeEntry

blueprint = Blueprint(__name__)
MAX_PHRASINGS = 20
MAX_PHRASING = 500
MAX_ANSWER = 4_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@blueprint.route("/api/{session}/knowledge", methods=["GET"])
def list_knowledge(session: str) -> list[dict[str, Any]]:
    """All questions and answers."""
    name = access.organization(blueprint.current_request, session)
    return [_shape(entry) for entry in api().list_knowledge(name)]


@blueprint.route("/api/{session}/knowledge/{entry}", methods=["PUT"])
def put_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Add or replace one."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    fields = body(request)
    parsed = KnowledgeEntry(_entry_id(entry), _phrasings(fields), _answer(fields))
    fields.done()
    api().put_knowledge(name, parsed)
    return _shape(parsed)


@blueprint.route("/api/{session}/knowledge/{entry}", methods=["DELETE"])
def delete_knowledge(session: str, entry: str) -> Response:
    """Remove one."""
    name = access.organization(blueprint.current_request, session, write=True)
    api().delete_knowledge(name, _entry_id(entry))
    return Response(None, status_code=204)


def _entry_id(text: str) -> str:
    entry = path(text)
    if not _ID.fullmatch(entry):
        raise InvalidInput("id", "must be 1 to 64 letters, digits, '-' or '_'")
    return entry


def _phrasings(fields: Fields) -> tuple[str, ...]:
    given = fields.take("phrasings", list, required=True)
    if not 1 <= len(given) <= MAX_PHRASINGS:
        raise InvalidInput("phrasings", f"must hold 1 to {MAX_PHRASINGS} texts")
    texts = [parse_text(text, f"phrasings[{number}]") for number, text in enumerate(given)]
    for number, text in enumerate(texts):
        if len(text) > MAX_PHRASING:
            raise InvalidInput(f"phrasings[{number}]", f"{MAX_PHRASING} characters at most")
    return tuple(texts)


def _answer(fields: Fields) -> str:
    answer = parse_text(fields.take("answer", str, required=True), "answer")
    if len(answer) > MAX_ANSWER:
        raise InvalidInput("answer", f"{MAX_ANSWER} characters at most")
    return answer


def _shape(entry: KnowledgeEntry) -> dict[str, Any]:
    return {"id": entry.id, "phrasings": list(entry.phrasings), "answer": entry.answer}
