"""Routes from LIDs to phone numbers and back."""

from __future__ import annotations

from typing import Any

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.requests.fields import path
from chalicelib.routes.contacts import phone_chat
from chalicelib.shapes.contact import LID, lid_shape
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import parse_chat_id

blueprint = Routes(__name__)
_PAIR = Operation(answer=LID)


@blueprint.route("/api/{session}/lids/{lid}", methods=["GET"], operation=_PAIR)
def phone_of_lid(session: str, lid: str) -> dict[str, Any]:
    """A LID's phone number; asks the line's page when it is not stored."""
    name = access.organization(blueprint.current_request, session)
    said = path(lid)
    chat_id = parse_chat_id(said if "@" in said else f"{said}@lid", "lid")
    if not chat_id.endswith("@lid"):
        raise InvalidInput("lid", "must be a LID")
    return lid_shape(chat_id, api().look_up_address(name, chat_id).phone)


@blueprint.route("/api/{session}/lids/pn/{phone}", methods=["GET"], operation=_PAIR)
def lid_of_phone(session: str, phone: str) -> dict[str, Any]:
    """A phone number's LID; asks the line's page when it is not stored."""
    name = access.organization(blueprint.current_request, session)
    found = api().look_up_address(name, phone_chat(path(phone)))
    return lid_shape(found.lid, found.phone if found.exists else None)
