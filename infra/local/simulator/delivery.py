"""Messages on their way between customers and pages, and their acks."""

import asyncio
import secrets
import time

from simulator.account import (
    DELIVERED,
    READ,
    REFUSED,
    SENT,
    Account,
    Chat,
    ChatMessage,
    Device,
    Frame,
)
from simulator.addresses import chat_id, chat_key, lid_of
from simulator.connection import Connection
from simulator.world import World

HISTORY_PER_CHAT = 20  # about what the real site gives a new device at first
TYPING_SECONDS = 10.0


def new_message_id() -> str:
    """An id as phones make them."""
    return secrets.token_hex(8).upper()


async def hand_over(world: World, device: Device, frame: Frame) -> None:
    """Queues a frame for a device and sends it at once if its page is there.

    The queue keeps the frame until the page acknowledges it, so a page that dies with it in hand
    is given it again.
    """
    device.queue.put(frame)
    page = world.page_of(device)
    if page and page.synced:
        await page.send(frame)


async def flush(connection: Connection) -> None:
    """Gives a page that has just logged in what its device's queue holds."""
    if connection.device:
        for frame in connection.device.queue:
            await connection.send(frame)
    connection.synced = True


def incoming_frame(world: World, fields: Frame) -> Frame:
    """The frame of a customer's (or the owner's) message from the fields of a `msg` op."""
    frame = {"t": "msg", "id": new_message_id(), "ts": int(time.time()), **fields}
    sender = frame.get("from", "")
    if world.settings.inboundLid and sender.endswith("@c.us"):
        frame |= {"from": lid_of(sender), "pn": sender}
    return frame


def take_into_chat(account: Account, frame: Frame) -> None:
    """Shows a message that does not come from a page in the account's chat."""
    from_owner = bool(frame.get("fromMe"))
    wire_chat = frame["to"] if from_owner else frame["from"]
    chat = account.chat(chat_key(wire_chat))
    if not from_owner:
        chat.name = frame.get("name") or chat.name
    chat.add(
        ChatMessage(
            id=frame["id"],
            writer="owner" if from_owner else "customer",
            body=frame.get("body"),
            type=frame.get("type", "chat"),
            at=time.time(),
            wire_chat=wire_chat,
            ack=READ if from_owner else SENT,
            name=frame.get("name"),
            caption=frame.get("caption"),
            filehash=frame.get("filehash"),
            mimetype=frame.get("mimetype"),
        )
    )


async def deliver(world: World, account: Account, frame: Frame, skip: Device | None = None) -> int:
    """Hands a message to each device of the account, except `skip`.

    Returns:
        How many of them are away and will get it when they come back.
    """
    away = 0
    for device in list(account.devices.values()):
        if device is skip:
            continue
        await hand_over(world, device, frame)
        away += world.page_of(device) is None
    world.touch()
    return away


async def accept_sent(world: World, connection: Connection, frame: Frame) -> None:
    """Takes a message that a page put on the wire: note it, show it, ack it, send receipts.

    A page that was unlinked or replaced a moment ago is not answered any more, and nobody sees
    what it sends; it is noted all the same, for it must not have sent it.
    """
    device, account, key = connection.device, connection.account, chat_key(frame["to"])
    if not account:
        return
    if not device:
        world.record_sent(connection, frame, account, connection.ending)
        return
    if world.settings.refuseNewChats and not account.chat(key).customer_wrote():
        world.record_sent(connection, frame, account, "new_chat")
        await connection.send({"t": "rpc", "rid": frame["rid"], "ack": REFUSED})
        return
    world.record_sent(connection, frame, account, None)
    message = _show(world, device, key, frame)
    if connection.drops_next_ack:
        connection.drops_next_ack = False
        await connection.close()
        return
    world.later(_acknowledge(world, connection, frame, message))
    await deliver(world, device.account, _own_frame(message, history=False), skip=device)


async def _acknowledge(
    world: World, connection: Connection, frame: Frame, message: ChatMessage
) -> None:
    await asyncio.sleep(world.settings.ackDelays.sent)
    answer = {"t": "rpc", "rid": frame["rid"], "ack": SENT, "ts": int(time.time())}
    await connection.send(answer)
    if message.device:
        await _follow_with_receipts(
            world, message.device.account.chat(chat_key(frame["to"])), message
        )


def _show(world: World, device: Device, key: str, frame: Frame) -> ChatMessage:
    chat = device.account.chat(key)
    chat.typing_until = 0.0
    known = chat.find(frame["id"]) if world.settings.dedup else None
    message = known or _message_from(device, frame)
    if known is None:
        chat.add(message)
    world.touch()
    return message


def _message_from(device: Device, frame: Frame) -> ChatMessage:
    return ChatMessage(
        id=frame["id"],
        writer="line",
        body=frame.get("body"),
        type=frame.get("type", "chat"),
        at=time.time(),
        wire_chat=frame["to"],
        caption=frame.get("caption"),
        filehash=frame.get("filehash"),
        mimetype=frame.get("mimetype"),
        device=device,
    )


async def _follow_with_receipts(world: World, chat: Chat, message: ChatMessage) -> None:
    delays = world.settings.ackDelays
    await asyncio.sleep(delays.delivered)
    await send_receipt(world, chat, message, DELIVERED)
    if world.settings.autoRead:
        await asyncio.sleep(delays.read)
        await send_receipt(world, chat, message, READ)


async def send_receipt(world: World, chat: Chat, message: ChatMessage, ack: int) -> None:
    """Tells the device that sent the message how far it has come."""
    chat.raise_ack(message, ack)
    world.touch()
    device = message.device
    if device and device.token in device.account.devices:
        frame = {"t": "receipt", "id": message.id, "from": message.wire_chat, "ack": ack}
        await hand_over(world, device, frame)


async def read_chat(world: World, account: Account, key: str) -> int:
    """The customer opens the chat: everything in it is read."""
    chat = account.chats.get(key)
    unread = chat.unread() if chat else []
    for message in unread:
        if chat:
            await send_receipt(world, chat, message, READ)
    return len(unread)


def note_taken(world: World, account: Account, key: str, message_id: str) -> None:
    """The line's page has stored a customer's message: the customer sees it delivered."""
    chat = account.chat(key)
    message = chat.find(message_id)
    if message and message.writer == "customer" and chat.raise_ack(message, DELIVERED):
        world.touch()


def note_seen(world: World, account: Account, key: str) -> None:
    """The line read the chat: the customer sees every message read."""
    chat = account.chat(key)
    for message in chat.messages:
        if message.writer == "customer":
            chat.raise_ack(message, READ)
    world.touch()


def note_typing(world: World, account: Account, key: str, *, composing: bool) -> None:
    """The line types, or stopped typing."""
    account.chat(key).typing_until = time.time() + TYPING_SECONDS if composing else 0.0
    world.touch()
    if composing:
        world.later(_touch_after(world, TYPING_SECONDS))


async def _touch_after(world: World, seconds: float) -> None:
    await asyncio.sleep(seconds)
    world.touch()


def history_frames(account: Account) -> list[Frame]:
    """The newest messages of each chat, as a new device is given them."""
    return [
        _own_frame(message, history=True)
        for chat in account.chats.values()
        for message in chat.messages[-HISTORY_PER_CHAT:]
    ]


def _own_frame(message: ChatMessage, *, history: bool) -> Frame:
    frame: Frame = {
        "t": "msg",
        "id": message.id,
        "ts": int(message.at),
        "body": message.body,
        "type": message.type,
        "caption": message.caption,
        "filehash": message.filehash,
        "mimetype": message.mimetype,
    }
    if history:
        frame["history"] = True
    wid = chat_id(chat_key(message.wire_chat))
    if message.writer == "customer":
        return {**frame, "from": wid, "name": message.name}
    return {**frame, "to": wid, "fromMe": True, "ack": message.ack}
