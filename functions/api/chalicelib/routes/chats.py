"""Routes of conversations and their messages."""

from __future__ import annotations

import functools
from typing import Any

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import gives, many, parameters, takes, yes_or_no
from chalicelib.requests.fields import WAHA_PAGE, body, path, window
from chalicelib.shapes.chat import CHAT, CHAT_SUMMARY, chat_shape, summary_shape
from chalicelib.shapes.listing import listing
from chalicelib.shapes.message import MESSAGE, message_shape
from chalicelib.wiring import api
from switchboard.domain.ids import parse_chat_id

blueprint = Routes(__name__)
_PAGE = parameters(optional=WAHA_PAGE)
_TAKEOVER = takes("TakeoverChange", {"on": yes_or_no("a person answers, the agent is silent")})


@blueprint.route(
    "/api/{session}/chats", methods=["GET"], operation=Operation(query=_PAGE, answer=many(CHAT))
)
def list_chats(session: str) -> Response:
    """An organization's conversations."""
    request = blueprint.current_request
    name = access.organization(request, session)
    found = window(request, functools.partial(api().list_conversations, name))
    return listing(found, chat_shape)


@blueprint.route(
    "/api/{session}/chats/overview",
    methods=["GET"],
    operation=Operation(query=_PAGE, answer=many(CHAT_SUMMARY)),
)
def list_overview(session: str) -> Response:
    """The same as WAHA's clients draw it: a name, and the last message's beginning."""
    request = blueprint.current_request
    name = access.organization(request, session)
    found = window(request, functools.partial(api().list_conversations, name))
    return listing(found, summary_shape)


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
    found = window(request, functools.partial(api().messages.page, name, chat_id))
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
