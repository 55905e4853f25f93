"""Routes of the organization's questions and answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import gives, many, takes, text
from chalicelib.requests.fields import body, path
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.message import parse_text
from switchboard.domain.organization import KnowledgeEntry

blueprint = Routes(__name__)
MAX_PHRASINGS = 20
MAX_PHRASING = 500
MAX_ANSWER = 4_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FIELDS = {
    "phrasings": many(
        text(shortest=1, longest=MAX_PHRASING),
        "ways to ask the question",
        fewest=1,
        most=MAX_PHRASINGS,
    ),
    "answer": text(shortest=1, longest=MAX_ANSWER),
}
_ENTRY = gives("Knowledge", {"id": text(), **_FIELDS})


@blueprint.route(
    "/api/{session}/knowledge", methods=["GET"], operation=Operation(answer=many(_ENTRY))
)
def list_knowledge(session: str) -> list[dict[str, Any]]:
    """All questions and answers."""
    name = access.organization(blueprint.current_request, session)
    return [_shape(entry) for entry in api().list_knowledge(name)]


@blueprint.route(
    "/api/{session}/knowledge/{entry}",
    methods=["PUT"],
    operation=Operation(body=takes("KnowledgeChange", _FIELDS), answer=_ENTRY),
)
def put_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Add or replace one."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    parsed = _parsed(_entry_id(entry), body(request))
    api().put_knowledge(name, parsed)
    return _shape(parsed)


@blueprint.route(
    "/api/{session}/knowledge/{entry}", methods=["DELETE"], operation=Operation(status=204)
)
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


def _parsed(entry_id: str, given: Mapping[str, Any]) -> KnowledgeEntry:
    phrasings = given["phrasings"]
    texts = [parse_text(text, f"phrasings[{number}]") for number, text in enumerate(phrasings)]
    return KnowledgeEntry(entry_id, tuple(texts), parse_text(given["answer"], "answer"))


def _shape(entry: KnowledgeEntry) -> dict[str, Any]:
    return {"id": entry.id, "phrasings": list(entry.phrasings), "answer": entry.answer}
