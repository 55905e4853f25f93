"""Routes of web hooks: receivers, the delivery log, dead deliveries and their redrive."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import choice, many, parameters, text
from chalicelib.requests.fields import PAGE, body, page, path, query
from chalicelib.requests.webhooks import WEBHOOKS_CHANGE, parse_receivers
from chalicelib.shapes.listing import listing
from chalicelib.shapes.webhook import (
    DELIVERY,
    QUEUED_DELIVERY,
    WEBHOOKS,
    attempt_shape,
    dead_shape,
    queued_shape,
    webhooks_shape,
)
from chalicelib.wiring import api
from switchboard.domain.delivery import parse_delivery_id

blueprint = Routes(__name__)
_DELIVERIES = parameters(
    optional={
        "state": choice(("all", "dead"), "dead: only what was given up, oldest first"),
        "receiver": text("one receiver's; without it the last page of all", longest=64),
        **PAGE,
    }
)


@blueprint.route("/api/{session}/webhooks", methods=["GET"], operation=Operation(answer=WEBHOOKS))
def read_webhooks(session: str) -> dict[str, Any]:
    """The receivers; keys and header values are never shown."""
    name = access.organization(blueprint.current_request, session)
    return webhooks_shape(list(api().webhooks.read(name)))


@blueprint.route(
    "/api/{session}/webhooks",
    methods=["PUT"],
    operation=Operation(body=WEBHOOKS_CHANGE, answer=WEBHOOKS),
)
def put_webhooks(session: str) -> dict[str, Any]:
    """Put these receivers in the place of all; one with a known URL keeps its secrets."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    webhooks = api().webhooks
    given = body(request)["webhooks"]
    receivers = parse_receivers(given, webhooks.read(name), "webhooks", webhooks.reach)
    webhooks.change(name, receivers, "webhooks")
    return webhooks_shape(list(receivers))


@blueprint.route(
    "/api/{session}/webhooks/deliveries",
    methods=["GET"],
    operation=Operation(query=_DELIVERIES, answer=many(DELIVERY)),
)
def list_deliveries(session: str) -> Response:
    """What was tried in the last week, newest first; or what was given up."""
    request = blueprint.current_request
    name = access.organization(request, session)
    deliveries = api().webhooks.deliveries
    if query(request, "state") == "dead":
        return listing(deliveries.dead(name, *page(request)), dead_shape)
    found = deliveries.attempts(name, query(request, "receiver"), *page(request))
    return listing(found, attempt_shape)


@blueprint.route(
    "/api/{session}/webhooks/deliveries/{delivery}/redrive",
    methods=["POST"],
    operation=Operation(answer=QUEUED_DELIVERY, status=202),
)
def redrive_delivery(session: str, delivery: str) -> Response:
    """Send a dead delivery on its way again, under its old event id."""
    name = access.organization(blueprint.current_request, session, write=True)
    redriven = api().webhooks.redrive(name, parse_delivery_id(path(delivery)))
    return Response(queued_shape(redriven), status_code=202)


@blueprint.route(
    "/api/{session}/webhooks/test",
    methods=["POST"],
    operation=Operation(answer=many(QUEUED_DELIVERY), status=202),
)
def test_webhooks(session: str) -> Response:
    """Send `webhook.test` to every receiver; the deliveries tell what became of it."""
    name = access.organization(blueprint.current_request, session, write=True)
    sent = api().webhooks.test(name)
    return Response([queued_shape(delivery) for _, delivery in sent], status_code=202)
