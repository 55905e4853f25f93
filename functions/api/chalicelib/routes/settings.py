"""Routes of an organization's settings."""

from __future__ import annotations

from typing import Any

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.requests.fields import body
from chalicelib.settings import SETTINGS, SETTINGS_CHANGE, settings_shape
from chalicelib.settings.change import change_settings
from chalicelib.wiring import api

blueprint = Routes(__name__)


@blueprint.route("/api/{session}/settings", methods=["GET"], operation=Operation(answer=SETTINGS))
def read_settings(session: str) -> dict[str, Any]:
    """What an organization has chosen, defaults included."""
    name = access.organization(blueprint.current_request, session)
    report = api().read_session(name)
    return settings_shape(report.session.limits, report.settings)


@blueprint.route(
    "/api/{session}/settings",
    methods=["PUT"],
    operation=Operation(body=SETTINGS_CHANGE, answer=SETTINGS),
)
def put_settings(session: str) -> dict[str, Any]:
    """Change the settings that are given, live; absent ones stay."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    report = api().read_session(name)
    limits, settings = change_settings(name, body(request), report.session.limits, report.settings)
    return settings_shape(limits, settings)
