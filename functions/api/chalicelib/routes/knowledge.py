"""Routes of the organization's questions and answers."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import many
from chalicelib.requests.fields import body
from chalicelib.requests.knowledge import CHANGE, QUESTION, entry_id, parse_entry
from chalicelib.shapes.knowledge import ENTRY, TRIAL, entry_shape, trial_shape
from chalicelib.wiring import api
from switchboard.domain.message import parse_text
from switchboard.domain.organization import Stage

blueprint = Routes(__name__)


@blueprint.route(
    "/api/{session}/knowledge", methods=["GET"], operation=Operation(answer=many(ENTRY))
)
def list_knowledge(session: str) -> list[dict[str, Any]]:
    """All questions and answers, what is live first."""
    name = access.organization(blueprint.current_request, session)
    found = [(stage, api().knowledge.read(name, stage)) for stage in Stage]
    return [entry_shape(entry, stage) for stage, entries in found for entry in entries]


@blueprint.route(
    "/api/{session}/knowledge/{entry}",
    methods=["PUT"],
    operation=Operation(body=CHANGE, answer=ENTRY),
)
def put_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Add or replace one."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    given = body(request)
    parsed = parse_entry(entry_id(entry), given)
    stage = Stage.DRAFT if given.get("draft") else Stage.LIVE
    api().knowledge.put(name, parsed, stage)
    return entry_shape(parsed, stage)


@blueprint.route(
    "/api/{session}/knowledge/{entry}/publish",
    methods=["POST"],
    operation=Operation(answer=ENTRY),
)
def publish_knowledge(session: str, entry: str) -> dict[str, Any]:
    """Put a draft in the place of the live entry."""
    name = access.organization(blueprint.current_request, session, write=True)
    return entry_shape(api().knowledge.publish(name, entry_id(entry)), Stage.LIVE)


@blueprint.route(
    "/api/{session}/knowledge/try",
    methods=["POST"],
    operation=Operation(body=QUESTION, answer=TRIAL),
)
def try_knowledge(session: str) -> dict[str, Any]:
    """What the embedded agent would do with a question, and why; nothing is stored or sent."""
    request = blueprint.current_request
    name = access.organization(request, session)
    given = body(request)
    api().knowledge.read(name)  # 404 for an organization that is not there
    question = parse_text(given["question"], "question")
    drafts = given.get("drafts") is not False
    return trial_shape(api().knowledge.trial(name, question, drafts=drafts))


@blueprint.route(
    "/api/{session}/knowledge/{entry}", methods=["DELETE"], operation=Operation(status=204)
)
def delete_knowledge(session: str, entry: str) -> Response:
    """Remove one with its draft."""
    name = access.organization(blueprint.current_request, session, write=True)
    api().knowledge.delete(name, entry_id(entry))
    return Response(None, status_code=204)
