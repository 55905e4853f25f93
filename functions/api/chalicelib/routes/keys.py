"""API keys: an organization's, or an administrator's when no session is named."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import Fields, body, page, path, query
from chalicelib.shapes.key import key_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import OrganizationId

blueprint = Blueprint(__name__)
_ACCESS = ("read", "write")


@blueprint.route("/api/keys", methods=["GET"])
def list_keys() -> Response:
    """Keys without their secrets, oldest first."""
    request = blueprint.current_request
    owner = _owner(query(request, "session"), write=False)
    return listing(api().list_keys(owner, *page(request)), key_shape)


@blueprint.route("/api/keys", methods=["POST"])
def create_key() -> Response:
    """A new key; its secret is told here and never again."""
    fields = body(blueprint.current_request)
    owner = _owner(fields.take("session", str), write=True)
    write = _access(fields) == "write"
    fields.done()
    made = api().create_key(owner, write=write)
    return Response({**key_shape(made.key), "key": made.secret}, status_code=201)


@blueprint.route("/api/keys/{key}/rotate", methods=["POST"])
def rotate_key(key: str) -> Response:
    """Revoke a key and make another of the same kind."""
    owner = _owner(query(blueprint.current_request, "session"), write=True)
    made = api().rotate_key(owner, path(key))
    return Response({**key_shape(made.key), "key": made.secret}, status_code=201)


@blueprint.route("/api/keys/{key}", methods=["DELETE"])
def revoke_key(key: str) -> dict[str, Any]:
    """Revoke a key; effective within 60 s."""
    owner = _owner(query(blueprint.current_request, "session"), write=True)
    return key_shape(api().revoke_key(owner, path(key)))


def _owner(session: str | None, *, write: bool) -> OrganizationId | None:
    request = blueprint.current_request
    if session is None:
        access.administrator(request, write=write)
        return None
    return access.organization(request, session, write=write)


def _access(fields: Fields) -> str:
    wanted = fields.take("access", str) or "write"
    if wanted not in _ACCESS:
        raise InvalidInput("access", f"must be one of {', '.join(_ACCESS)}")
    return str(wanted)
