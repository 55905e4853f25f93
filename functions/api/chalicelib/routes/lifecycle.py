"""Routes that start, stop, unlink and delete a line."""

from __future__ import annotations

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import ANYTHING, takes
from chalicelib.reporting import session_answer
from chalicelib.shapes.session import SESSION
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Wanted

blueprint = Routes(__name__)
_WANT = Operation(answer=SESSION, status=201)
_LOGOUT = Operation(body=takes("Logout", optional={"apps": ANYTHING}), answer=SESSION, status=201)


@blueprint.route("/api/sessions/{session}", methods=["DELETE"], operation=Operation(status=204))
def delete_session(session: str) -> Response:
    """Delete a line; deleting a missing one is no error."""
    name = access.organization(blueprint.current_request, session, write=True)
    api().delete_session(name)
    return Response(None, status_code=204)


@blueprint.route("/api/sessions/{session}/start", methods=["POST"], operation=_WANT)
def start_session(session: str) -> Response:
    """Start a line; idempotent."""
    return _want(session, Wanted.RUNNING)


@blueprint.route("/api/sessions/{session}/stop", methods=["POST"], operation=_WANT)
def stop_session(session: str) -> Response:
    """Stop a line and keep its login; idempotent."""
    return _want(session, Wanted.STOPPED)


@blueprint.route("/api/sessions/{session}/restart", methods=["POST"], operation=_WANT)
def restart_session(session: str) -> Response:
    """A fresh page on the kept login; STARTING until it is ready, a stopped line is started."""
    name = access.organization(blueprint.current_request, session, write=True)
    api().want_session.restart(name)
    return _created(name)


@blueprint.route("/api/sessions/{session}/logout", methods=["POST"], operation=_LOGOUT)
def logout_session(session: str) -> Response:
    """Unlink the device; a running line then shows a new QR."""
    name = access.organization(blueprint.current_request, session, write=True)
    if api().read_session(name).session.owner is None:
        raise Conflict("start the session first: only a running page can unlink its device")
    api().run_command(name, CommandKind.LOGOUT, "")
    return _created(name)


def _want(session: str, wanted: Wanted) -> Response:
    name = access.organization(blueprint.current_request, session, write=True)
    api().want_session(name, wanted)
    return _created(name)


def _created(name: OrganizationId) -> Response:
    return Response(session_answer(name), status_code=201)
