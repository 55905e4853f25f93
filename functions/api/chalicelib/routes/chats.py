"""Conversations and their messages."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Response

from chalicelib import access
from chalicelib.requests.fields import body, page, path
from chalicelib.shapes.listing import listing
from chalicelib.shapes.message import chat_shape, message_shape
from chalicelib.wiring import api
from switchboard.domain.ids import parse_chat_id

blueprint = Blueprint(__name__)


@blueprint.route("/api/{session}/chats", methods=["GET"])
def list_chats(session: str) -> Response:
    """An organization's conversations."""
    request = blueprint.current_request
    name = access.organization(request, session)
    return listing(api().list_conversations(name, *page(request)), chat_shape)


@blueprint.route("/api/{session}/chats/{chat}/messages", methods=["GET"])
def list_messages(session: str, chat: str) -> Response:
    """A conversation's messages, newest first."""
    request = blueprint.current_request
    name = access.organization(request, session)
    chat_id = parse_chat_id(path(chat))
    return listing(api().list_messages(name, chat_id, *page(request)), message_shape)


@blueprint.route("/api/{session}/chats/{chat}/takeover", methods=["PUT"])
def take_over(session: str, chat: str) -> dict[str, Any]:
    """Give a conversation to a person (`on`), or back to the agent."""
    request = blueprint.current_request
    name = access.organization(request, session, write=True)
    fields = body(request)
    on = fields.take("on", bool, required=True)
    fields.done()
    api().take_over(name, parse_chat_id(path(chat)), on=on)
    return {"on": on}
