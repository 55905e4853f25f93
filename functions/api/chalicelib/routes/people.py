"""Routes of an organization's contacts: status, opt-out, human takeover."""

from __future__ import annotations

import functools
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import ANYTHING, choice, many, parameters, takes, yes_or_no
from chalicelib.requests.fields import WAHA_PAGE, body, path, window
from chalicelib.shapes.contact import CONTACT, contact_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.application.change_contact import ContactChange
from switchboard.domain.conversation import ContactStatus
from switchboard.domain.ids import parse_chat_id

blueprint = Routes(__name__)
_CHANGE = takes(
    "ContactChange",
    optional={
        "status": choice(ContactStatus, "may not follow every status: 409"),
        "optedOut": yes_or_no("true: nothing is sent to them any more"),
        "human": yes_or_no("true: a person answers, the agent is silent"),
        "firstName": ANYTHING,
        "lastName": ANYTHING,
    },
)


@blueprint.route(
    "/api/{session}/contacts",
    methods=["GET"],
    operation=Operation(query=parameters(optional=WAHA_PAGE), answer=many(CONTACT)),
)
def list_people(session: str) -> Response:
    """An organization's contacts."""
    request = blueprint.current_request
    name = access.organization(request, session)
    return listing(window(request, functools.partial(api().contacts.page, name)), contact_shape)


@blueprint.route(
    "/api/{session}/contacts/{chat}", methods=["GET"], operation=Operation(answer=CONTACT)
)
def read_person(session: str, chat: str) -> dict[str, Any]:
    """The contact behind an address."""
    name = access.organization(blueprint.current_request, session)
    return contact_shape(api().contacts.read(name, parse_chat_id(path(chat))))


@blueprint.route(
    "/api/{session}/contacts/{chat}",
    methods=["PUT"],
    operation=Operation(body=_CHANGE, answer=CONTACT),
)
def change_person(session: str, chat: str) -> dict[str, Any]:
    """Change a contact's status, opt-out or takeover; names are WhatsApp's and stay."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    chat_id, given = parse_chat_id(path(chat)), body(request)
    status = given.get("status")
    change = ContactChange(ContactStatus(status) if status else None, given.get("optedOut"))
    changed = api().contacts.change(name, chat_id, change)
    if (human := given.get("human")) is not None:
        api().take_over(name, chat_id, on=human)
        changed = api().contacts.read(name, chat_id)
    return contact_shape(changed)
