"""Routes of conversations and their messages."""

from __future__ import annotations

from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import gives, many, parameters, takes, yes_or_no
from chalicelib.requests.fields import PAGE, body, page, path
from chalicelib.shapes.chat import CHAT, chat_shape
from chalicelib.shapes.listing import listing
from chalicelib.shapes.message import MESSAGE, message_shape
from chalicelib.wiring import api
from switchboard.domain.ids import parse_chat_id

blueprint = Routes(__name__)
_PAGE = parameters(optional=PAGE)
_TAKEOVER = takes("TakeoverChange", {"on": yes_or_no("a person answers, the agent is silent")})


@blueprint.route(
    "/api/{session}/chats", methods=["GET"], operation=Operation(query=_PAGE, answer=many(CHAT))
)
def list_chats(session: str) -> Response:
    """An organization's conversations."""
    request = blueprint.current_request
    name = access.organization(request, session)
    return listing(api().list_conversations(name, *page(request)), chat_shape)


@blueprint.route(
    "/api/{session}/chats/{chat}/messages",
    methods=["GET"],
    operation=Operation(query=_PAGE, answer=many(MESSAGE)),
)
def list_messages(session: str, chat: str) -> Response:
    """A conversation's messages, newest first."""
    request = blueprint.current_request
    name = access.organization(request, session)
    chat_id = parse_chat_id(path(chat))
    account = api().read_account(name)
    found = api().list_messages(name, chat_id, *page(request))
    return listing(found, lambda message: message_shape(message, account))


@blueprint.route(
    "/api/{session}/chats/{chat}/takeover",
    methods=["PUT"],
    operation=Operation(body=_TAKEOVER, answer=gives("Takeover", {"on": yes_or_no()})),
)
def take_over(session: str, chat: str) -> dict[str, Any]:
    """Give a conversation to a person (`on`), or back to the agent."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    on = body(request)["on"]
    api().take_over(name, parse_chat_id(path(chat)), on=on)
    return {"on": on}
