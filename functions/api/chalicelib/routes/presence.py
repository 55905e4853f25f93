"""Routes by which a page shows that somebody reads or types."""

from __future__ import annotations

from chalice import Response

from chalicelib import access
from chalicelib.contract.operation import Operation, Routes
from chalicelib.contract.schema import ANYTHING, gives, takes, yes_or_no
from chalicelib.requests.fields import body
from chalicelib.requests.outbound import CHAT, SESSION
from chalicelib.wiring import api
from switchboard.domain.command import CommandKind
from switchboard.domain.ids import ChatId, OrganizationId, parse_chat_id

blueprint = Routes(__name__)
_CHAT = {"session": SESSION, "chatId": CHAT}
_DONE = gives("Done", {"success": yes_or_no()})
_TYPING = Operation(body=takes("ChatRequest", _CHAT), answer=_DONE, status=201)
_SEEN = Operation(
    body=takes(
        "SendSeen", _CHAT, dict.fromkeys(("messageId", "messageIds", "participant"), ANYTHING)
    ),
    answer=_DONE,
    status=201,
)


@blueprint.route("/api/sendSeen", methods=["POST"], operation=_SEEN)
def send_seen() -> Response:
    """Tell a contact that all its messages were read; the line must run."""
    name, chat_id = _chat()
    api().mark_seen(name, chat_id)
    return _done()


@blueprint.route("/api/startTyping", methods=["POST"], operation=_TYPING)
def start_typing() -> Response:
    """Show 'typing' in a chat; sends do so by themselves."""
    name, chat_id = _chat()
    api().run_command(name, CommandKind.TYPING, chat_id)
    return _done()


@blueprint.route("/api/stopTyping", methods=["POST"], operation=_TYPING)
def stop_typing() -> Response:
    """End 'typing' in a chat."""
    name, chat_id = _chat()
    api().run_command(name, CommandKind.NOT_TYPING, chat_id)
    return _done()


def _chat() -> tuple[OrganizationId, ChatId]:
    request = blueprint.current_request
    given = body(request)
    name = access.organization(request, given["session"], write=True)
    return name, parse_chat_id(given["chatId"])


def _done() -> Response:
    return Response({"success": True}, status_code=201)
