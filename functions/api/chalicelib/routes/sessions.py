"""Routes of lines; a session is an organization's line, its name the organization's id."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import many, parameters, yes_or_no
from chalicelib.reporting import session_answer, shape_for
from chalicelib.requests.fields import PAGE, body, page
from chalicelib.requests.session import SESSION_CREATE, SESSION_UPDATE
from chalicelib.requests.webhooks import parse_receivers
from chalicelib.settings.change import change_settings
from chalicelib.shapes.account import ME
from chalicelib.shapes.listing import listing
from chalicelib.shapes.session import SESSION
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.events import me_of
from switchboard.domain.ids import OrganizationId, parse_organization_id
from switchboard.domain.organization import Settings
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Wanted

blueprint = Routes(__name__)
_READ = Operation(answer=SESSION)
_WEBHOOKS = "config.webhooks"


@blueprint.route(
    "/api/sessions",
    methods=["GET"],
    operation=Operation(
        answer=many(SESSION),
        query=parameters(optional={**PAGE, "all": yes_or_no("taken; all are listed anyway")}),
    ),
)
def list_sessions() -> Response:
    """All lines; an organization's key sees its own."""
    request = blueprint.current_request
    own = access.own_organization(request)
    found = api().list_sessions(*page(request)) if own is None else Page([api().read_session(own)])
    return listing(found, shape_for(found.items))


@blueprint.route(
    "/api/sessions",
    methods=["POST"],
    operation=Operation(body=SESSION_CREATE, answer=SESSION, status=201),
)
def create_session() -> Response:
    """Create an organization with its line, and start it unless `start` is false."""
    request = blueprint.current_request
    access.administrator(request, write=True)
    given = body(request)
    name = _free_name(given["name"])
    config, webhooks = given.get("config") or {}, api().webhooks
    receivers = parse_receivers(config.get("webhooks") or (), (), _WEBHOOKS, webhooks.reach)
    webhooks.change.check(receivers, _WEBHOOKS)
    api().create_session(name, None)
    change_settings(name, config, Limits(), Settings())
    webhooks.change(name, receivers, _WEBHOOKS)
    if given.get("start") is not False:
        api().want_session(name, Wanted.RUNNING)
    return Response(session_answer(name), status_code=201)


@blueprint.route("/api/sessions/{session}", methods=["GET"], operation=_READ)
def read_session(session: str) -> dict[str, Any]:
    """One line."""
    name = access.organization(blueprint.current_request, session)
    return session_answer(name)


@blueprint.route("/api/sessions/{session}/me", methods=["GET"], operation=Operation(answer=ME))
def read_me(session: str) -> Response:
    """The linked account; null while there is none."""
    name = access.organization(blueprint.current_request, session)
    return Response(me_of(api().read_session(name).session.account))


@blueprint.route(
    "/api/sessions/{session}",
    methods=["PUT"],
    operation=Operation(body=SESSION_UPDATE, answer=SESSION),
)
def change_session(session: str) -> dict[str, Any]:
    """Change limits and settings, live."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    present = api().read_session(name)
    given, webhooks = body(request).get("config") or {}, api().webhooks
    wanted = given.get("webhooks")
    if wanted is not None:
        known = webhooks.read(name)
        receivers = parse_receivers(wanted, known, _WEBHOOKS, webhooks.reach)
        webhooks.change(name, receivers, _WEBHOOKS)
    change_settings(name, given, present.session.limits, present.settings)
    return session_answer(name)


def _free_name(text: str) -> OrganizationId:
    """A line called `keys` or `chats` would stand in the way of the routes with such words."""
    name = parse_organization_id(text, "name")
    if any(name in route.split("/") for route in blueprint.current_app.routes):
        raise InvalidInput("name", "is a word of the API's own routes")
    return name
