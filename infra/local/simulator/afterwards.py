"""What the people in a chat do to a message after it was sent: react, edit, take it back."""

import time
from typing import Any

from simulator import delivery
from simulator.account import Account, Chat, ChatMessage, Frame
from simulator.addresses import chat_id, lid_of
from simulator.world import World

WHATS = ("reaction", "edit", "revoke")


async def happen(
    world: World, account: Account, chat: Chat, message: ChatMessage, fields: dict[str, Any]
) -> str:
    """Shows it on the phone and hands it to every device.

    `fromMe` says that the account's owner did it on the phone; else the customer did.

    Returns:
        The id of the frame.
    """
    what, from_owner = fields["what"], bool(fields.get("fromMe"))
    _show(message, what, fields)
    chat.version += 1
    frame: Frame = {
        "t": "afterwards",
        "what": what,
        "id": delivery.new_message_id(),
        "ts": int(time.time()),
        "fromMe": from_owner,
        "target": message.id,
        "targetFromMe": message.writer != "customer",
        "text": fields.get("text", ""),
        "body": fields.get("body"),
        **_address(world, chat, message),
    }
    await delivery.deliver(world, account, frame)
    return str(frame["id"])


def _address(world: World, chat: Chat, message: ChatMessage) -> Frame:
    """The chat under the id by which the pages know it."""
    if message.writer == "customer" or not world.settings.inboundLid:
        return {"chat": message.wire_chat}
    phone = chat_id(chat.key)
    return {"chat": lid_of(phone), "pn": phone}


def _show(message: ChatMessage, what: str, fields: dict[str, Any]) -> None:
    if what == "reaction":
        message.reaction = fields.get("text") or None
    elif what == "edit":
        message.body, message.edited = fields["body"], True
    else:
        message.body, message.revoked = None, True
