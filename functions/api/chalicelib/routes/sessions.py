"""Lines: create, read, change, start, stop, log out, delete."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import body, page
from chalicelib.requests.session import parse_config
from chalicelib.shapes.listing import listing
from chalicelib.shapes.session import session_shape
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind
from switchboard.domain.errors import Conflict, NotFound
from switchboard.domain.ids import parse_organization_id
from switchboard.domain.organization import Settings
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted

blueprint = Blueprint(__name__)


@blueprint.route("/api/sessions", methods=["GET"])
def list_sessions() -> Response:
    """All lines; an organization's key sees its own."""
    request = blueprint.current_request
    own = access.own_organization(request)
    if own is not None:
        return listing(Page([api().read_session(own)]), session_shape)
    return listing(api().list_sessions(*page(request)), session_shape)


@blueprint.route("/api/sessions", methods=["POST"])
def create_session() -> Response:
    """Create an organization with its line; `start` (default true) also starts it."""
    request = blueprint.current_request
    access.administrator(request, write=True)
    fields = body(request)
    name = parse_organization_id(fields.take("name", str, required=True), "name")
    start = fields.take("start", bool)
    config = parse_config(fields.inner("config"), Limits(), Settings())
    fields.done()
    api().create_session(name, config.limits)
    if config.settings is not None:
        api().change_settings(name, config.settings)
    if start is not False:
        api().want_session(name, Wanted.RUNNING)
    return Response(session_shape(api().read_session(name)), status_code=201)


@blueprint.route("/api/sessions/{session}", methods=["GET"])
def read_session(session: str) -> dict[str, Any]:
    """One line."""
    name = access.organization(blueprint.current_request, session)
    return session_shape(api().read_session(name))


@blueprint.route("/api/sessions/{session}", methods=["PUT"])
def change_session(session: str) -> dict[str, Any]:
    """Change limits and settings, live."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    present = api().read_session(name)
    fields = body(request)
    config = parse_config(fields.inner("config"), present.session.limits, present.settings)
    fields.done()
    if config.limits is not None:
        api().change_limits(name, config.limits)
    if config.settings is not None:
        api().change_settings(name, config.settings)
    return session_shape(api().read_session(name))


@blueprint.route("/api/sessions/{session}", methods=["DELETE"])
def delete_session(session: str) -> Response:
    """Delete a line; deleting a missing one is no error."""
    name = access.organization(blueprint.current_request, session, write=True)
    try:
        api().want_session(name, Wanted.DELETED)
    except NotFound:
        return Response(None, status_code=204)
    return Response(None, status_code=204)


@blueprint.route("/api/sessions/{session}/start", methods=["POST"])
def start_session(session: str) -> Response:
    """Start a line; idempotent."""
    return _want(session, Wanted.RUNNING)


@blueprint.route("/api/sessions/{session}/stop", methods=["POST"])
def stop_session(session: str) -> Response:
    """Stop a line and keep its login; idempotent."""
    return _want(session, Wanted.STOPPED)


@blueprint.route("/api/sessions/{session}/logout", methods=["POST"])
def logout_session(session: str) -> Response:
    """Unlink the device; a running line then shows a new QR."""
    name = access.organization(blueprint.current_request, session, write=True)
    if api().read_session(name).session.owner is None:
        raise Conflict("start the session first: only a running page can unlink its device")
    api().run_command(name, CommandKind.LOGOUT, "")
    return Response(session_shape(api().read_session(name)), status_code=201)


@blueprint.route("/api/sessions/{session}/restart", methods=["POST"])
def restart_session(session: str) -> Response:
    """Stop and start: a host opens a fresh page on the kept login."""
    _want(session, Wanted.STOPPED)
    return _want(session, Wanted.RUNNING)


def _want(session: str, wanted: Wanted) -> Response:
    name = access.organization(blueprint.current_request, session, write=True)
    api().want_session(name, wanted)
    return Response(session_shape(api().read_session(name)), status_code=201)
