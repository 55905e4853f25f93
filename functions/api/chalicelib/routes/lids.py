"""Routes from LIDs to phone numbers and back."""

from __future__ import annotations

import functools
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import many, parameters
from chalicelib.requests.fields import WAHA_PAGE, path, window
from chalicelib.routes.contacts import phone_chat
from chalicelib.shapes.contact import LID, lid_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id
from switchboard.domain.page import Page

blueprint = Routes(__name__)
_PAIR = Operation(answer=LID)
_PAIRS = Operation(query=parameters(optional=WAHA_PAGE), answer=many(LID))


@blueprint.route("/api/{session}/lids", methods=["GET"], operation=_PAIRS)
def list_lids(session: str) -> Response:
    """The contacts whose LID is known; a page may be shorter than asked and yet not the last."""
    request = blueprint.current_request
    name = access.organization(request, session)
    found = window(request, functools.partial(api().contacts.page, name))
    known = [contact for contact in found.items if contact.lid]
    return listing(Page(known, found.cursor), lambda one: lid_shape(one.lid, one.phone))


@blueprint.route("/api/{session}/lids/{lid}", methods=["GET"], operation=_PAIR)
def phone_of_lid(session: str, lid: str) -> dict[str, Any]:
    """A LID's phone number; asks the line's page when it is not stored."""
    name = access.organization(blueprint.current_request, session)
    said = path(lid)
    chat_id = parse_chat_id(said if "@" in said else f"{said}@lid", "lid")
    if not chat_id.endswith("@lid"):
        raise InvalidInput("lid", "must be a LID")
    return lid_shape(chat_id, api().contacts.look_up(name, chat_id).phone)


@blueprint.route("/api/{session}/lids/pn/{phone}", methods=["GET"], operation=_PAIR)
def lid_of_phone(session: str, phone: str) -> dict[str, Any]:
    """A phone number's LID; asks the line's page when it is not stored."""
    name = access.organization(blueprint.current_request, session)
    found = api().contacts.look_up(name, phone_chat(path(phone)))
    return lid_shape(found.lid, found.phone if found.exists else None)
