"""Routes of contacts as WAHA has them: the session stands in the query."""

from __future__ import annotations

import functools
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import many, parameters, text
from chalicelib.requests.fields import WAHA_PAGE, query, window
from chalicelib.requests.outbound import CHAT, SESSION
from chalicelib.shapes.contact import CONTACT, NUMBER, contact_shape
from chalicelib.shapes.listing import listing
from chalicelib.wiring import api
from switchboard.domain.errors import InvalidInput
from switchboard.domain.ids import ChatId, parse_chat_id, phone_of

blueprint = Routes(__name__)
_ALL = parameters({"session": SESSION}, WAHA_PAGE)
_ONE = parameters({"session": SESSION, "contactId": CHAT})
_PHONE = parameters({"session": SESSION, "phone": text("with the country's code", longest=64)})


@blueprint.route(
    "/api/contacts/all", methods=["GET"], operation=Operation(query=_ALL, answer=many(CONTACT))
)
def list_contacts() -> Response:
    """An organization's contacts: everybody who wrote or was written to."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    return listing(window(request, functools.partial(api().contacts.page, name)), contact_shape)


@blueprint.route("/api/contacts", methods=["GET"], operation=Operation(query=_ONE, answer=CONTACT))
def find_contact() -> dict[str, Any]:
    """The contact behind an address."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    chat_id = parse_chat_id(query(request, "contactId"), "contactId")
    return contact_shape(api().contacts.read(name, chat_id))


@blueprint.route(
    "/api/contacts/check-exists",
    methods=["GET"],
    operation=Operation(query=_PHONE, answer=NUMBER),
)
def check_exists() -> dict[str, Any]:
    """Whether a phone number is on WhatsApp; asks the line's page."""
    request = blueprint.current_request
    name = access.organization(request, query(request, "session"))
    chat_id = phone_chat(query(request, "phone"))
    exists = api().contacts.look_up(name, chat_id).exists
    return {"numberExists": exists, "chatId": chat_id if exists else None}


def phone_chat(phone: str | None) -> ChatId:
    """A phone number as a chat id.

    Raises:
        InvalidInput: no phone number (field `phone`).
    """
    chat_id = parse_chat_id(phone, "phone")
    if phone_of(chat_id) is None:
        raise InvalidInput("phone", "must be a phone number")
    return chat_id
