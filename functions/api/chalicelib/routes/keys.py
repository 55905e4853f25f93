"""Routes of API keys: an organization's own (`session`), or administrators' (no `session`)."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import many, parameters, takes
from chalicelib.requests.fields import PAGE, body, page, path, query
from chalicelib.requests.outbound import SESSION
from chalicelib.shapes.key import ACCESS, KEY, NEW_KEY, key_shape, new_key_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.application.manage_keys import NewKey
from switchboard.domain.ids import OrganizationId

blueprint = Routes(__name__)
_WHOSE = parameters(optional={"session": SESSION})
_PAGE = parameters(optional={"session": SESSION, **PAGE})
_CREATE = takes("KeyCreate", optional={"session": SESSION, "access": ACCESS})


@blueprint.route("/api/keys", methods=["GET"], operation=Operation(query=_PAGE, answer=many(KEY)))
def list_keys() -> Response:
    """Keys without their secrets, oldest first."""
    request = blueprint.current_request
    owner = _owner(query(request, "session"), write=False)
    return listing(api().keys.page(owner, *page(request)), key_shape)


@blueprint.route(
    "/api/keys", methods=["POST"], operation=Operation(body=_CREATE, answer=NEW_KEY, status=201)
)
def create_key() -> Response:
    """A new key; its secret is told here and never again."""
    given = body(blueprint.current_request)
    owner = _owner(given.get("session"), write=True)
    made = api().keys.create(owner, write=given.get("access") != "read")
    return _told_once(made)


@blueprint.route(
    "/api/keys/{key}/rotate",
    methods=["POST"],
    operation=Operation(query=_WHOSE, answer=NEW_KEY, status=201),
)
def rotate_key(key: str) -> Response:
    """Revoke a key and make another of the same kind; a revoked key is a conflict."""
    owner = _owner(query(blueprint.current_request, "session"), write=True)
    return _told_once(api().keys.rotate(owner, path(key)))


@blueprint.route(
    "/api/keys/{key}", methods=["DELETE"], operation=Operation(query=_WHOSE, answer=KEY)
)
def revoke_key(key: str) -> dict[str, Any]:
    """Revoke a key; effective within 60 s."""
    owner = _owner(query(blueprint.current_request, "session"), write=True)
    return key_shape(api().keys.revoke(owner, path(key)))


def _told_once(made: NewKey) -> Response:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    return Response(new_key_shape(made), status_code=201, headers=headers)


def _owner(session: str | None, *, write: bool) -> OrganizationId | None:
    request = blueprint.current_request
    if session is None:
        access.administrator(request, write=write)
        return None
    return access.organization(request, session, write=write)
