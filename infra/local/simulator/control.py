"""The control API: `POST /__ctl {"op": ...}`, used by tests and by the phone's page.

`scan`, `msg`, `frame`, `drop`, `list` and `hits` act on the connection named by `cid`, or on every
connection. `account`, `ref` and `code` name one line where several wait or talk at once.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator import afterwards, delivery, pairing
from simulator.account import Account, Frame
from simulator.addresses import chat_key, phone_number
from simulator.connection import Connection
from simulator.delivery import new_message_id
from simulator.view import describe
from simulator.world import Media, World

DEFAULT_NUMBER = "15550001111"
FRAMES_LISTED = 40

type Fields = dict[str, Any]
type Operation = Callable[[World, Fields], Awaitable[Any]]


class ControlError(ValueError):
    """A request that cannot be done; the text names the field."""


def _connections(world: World, fields: Fields) -> list[Connection]:
    cid = fields.pop("cid", None)
    if not isinstance(cid, str | None):
        raise ControlError("cid must be a text")
    connection = world.connections.get(cid or "")
    return [connection] if connection else list(world.connections.values())


def _account(world: World, fields: Fields) -> Account:
    number = phone_number(fields.pop("account", None), "account")
    account = world.accounts.get(number)
    if not account:
        raise ControlError(f"account {number} was never linked")
    return account


def _pages(world: World, fields: Fields) -> list[Connection]:
    """The pages of `account` if it is given, else the connections by `cid`."""
    if "account" not in fields:
        return _connections(world, fields)
    account = _account(world, fields)
    chosen = _connections(world, fields)
    return [page for page in world.pages_of(account) if page in chosen]


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(f"{name} must be a text")
    return value


async def scan(world: World, fields: Fields) -> Any:
    """Links pages to the account `pn`: by `ref` (or QR text), by pairing `code`, or by cid."""
    number = fields.get("pn", DEFAULT_NUMBER)
    if "ref" in fields:
        qr = _text(fields, "ref").strip()
        chosen = [c for c in world.connections.values() if c.shows(qr)]
    elif "code" in fields:
        code = _text(fields, "code").replace("-", "").strip().upper()
        chosen = [c for c in world.connections.values() if c.code == code]
        number = fields.get("pn") or (chosen[0].code_phone if chosen else number)
    else:
        chosen = _connections(world, fields)
    digits = phone_number(number, "pn")
    for connection in chosen:
        await pairing.link(world, connection, digits, list(fields.get("chats", [])))
    return {"n": len(chosen)}


async def msg(world: World, fields: Fields) -> Any:
    """A customer's message (`fromMe` and `to`: the owner's, from the phone itself).

    With `account` it goes to each device of that account and waits for those that are away.
    """
    if "b64" in fields:
        fields.setdefault("filehash", new_message_id())
        mimetype = fields.get("mimetype", "")
        world.media[fields["filehash"]] = Media(fields.pop("b64"), mimetype)
    _text(fields, "to" if fields.get("fromMe") else "from")
    if "account" in fields:
        return await _msg_to_account(world, fields)
    chosen = _connections(world, fields)
    await _msg_to_connections(world, chosen, fields)
    return {"n": len(chosen)}


async def _msg_to_account(world: World, fields: Fields) -> Any:
    account = _account(world, fields)
    frame = delivery.incoming_frame(world, fields)
    delivery.take_into_chat(account, frame)
    queued = await delivery.deliver(world, account, frame)
    reached = len(account.devices) - queued
    return {"n": reached, "queued": queued, "id": frame["id"]}


async def _msg_to_connections(world: World, chosen: list[Connection], fields: Fields) -> None:
    frames: dict[Account, Frame] = {}
    for connection in chosen:
        if not connection.device:
            await connection.send(delivery.incoming_frame(world, fields))
            continue
        account = connection.device.account
        if account not in frames:
            frames[account] = delivery.incoming_frame(world, fields)
            delivery.take_into_chat(account, frames[account])
        await delivery.hand_over(world, connection.device, frames[account])
    world.touch()


async def happen(world: World, fields: Fields) -> Any:
    """Something happens to the message `id` of `chat`: `what` is reaction, edit or revoke.

    A reaction has `text` (empty takes it back), an edit `body`; `fromMe` for the owner's phone.
    """
    account = _account(world, fields)
    if fields.get("what") not in afterwards.WHATS:
        raise ControlError(f"what must be one of {', '.join(afterwards.WHATS)}")
    if fields["what"] == "edit":
        _text(fields, "body")
    shown = account.chats.get(chat_key(_text(fields, "chat")))
    message = shown.find(_text(fields, "id")) if shown else None
    if not shown or not message:
        raise ControlError("id must be a message of the chat")
    return {"id": await afterwards.happen(world, account, shown, message, fields)}


async def frame(world: World, fields: Fields) -> Any:
    """Sends any frame to pages; `remote_logout` also removes their devices."""
    kind = _text(fields, "t")
    chosen = _pages(world, fields)
    for connection in chosen:
        if kind == "remote_logout" and connection.device:
            pairing.unlink(world, connection.device)
        await connection.send(fields)
    return {"n": len(chosen)}


async def drop(world: World, fields: Fields) -> Any:
    """Closes sockets; the pages reconnect by themselves."""
    chosen = _pages(world, fields)
    if "ref" in fields:
        chosen = [connection for connection in chosen if connection.shows(fields["ref"])]
    for connection in chosen:
        await connection.close()
    return {"n": len(chosen)}


async def list_(world: World, fields: Fields) -> Any:
    """The connections with the frames that their pages sent."""
    return [
        {
            "cid": connection.cid,
            "token": connection.device.token if connection.device else None,
            "log": connection.log[-FRAMES_LISTED:],
        }
        for connection in _pages(world, fields)
    ]


async def hits(world: World, _fields: Fields) -> Any:
    """How many page files were asked for (a cache that works keeps it still)."""
    return world.asset_hits


async def sent(world: World, fields: Fields) -> Any:
    """Every message that a page put on the wire, oldest first; `account` narrows it.

    Those that the server did not take are left out, unless `refused` asks for them.
    """
    number = phone_number(fields["account"], "account") if "account" in fields else None
    of_account = (entry for entry in world.sent if number in {None, entry.account})
    every = fields.get("refused", False)
    return [entry.as_json() for entry in of_account if every or not entry.refused]


async def config(world: World, fields: Fields) -> Any:
    """Changes settings while running, and answers them all."""
    world.settings = world.settings.changed(fields)
    return world.settings.as_json()


async def read(world: World, fields: Fields) -> Any:
    """The customer opens the chat: the line's replies in it are read."""
    account = _account(world, fields)
    return {"n": await delivery.read_chat(world, account, chat_key(_text(fields, "chat")))}


async def logout(world: World, fields: Fields) -> Any:
    """The account's owner removes its devices on the phone."""
    reason = fields.get("reason", "unknown_companion")
    return {"n": await pairing.log_out(world, _account(world, fields), reason)}


async def fault(world: World, fields: Fields) -> Any:
    """Breaks the next send of the pages: `before_wire` or `before_ack`."""
    chosen = _pages(world, fields)
    at = fields.get("at")
    if at not in {"before_wire", "before_ack"}:
        raise ControlError("at must be before_wire or before_ack")
    for connection in chosen:
        if at == "before_ack":
            connection.drops_next_ack = True
        else:
            await connection.send({"t": "drop_next_send"})
    return {"n": len(chosen)}


async def chat(world: World, fields: Fields) -> Any:
    """The messages of one chat as the phone shows them; `limit` is 200 unless told."""
    limit = fields.get("limit", 200)
    if not isinstance(limit, int):
        raise ControlError("limit must be a whole number")
    account = _account(world, fields)
    found = account.chats.get(chat_key(_text(fields, "chat")))
    return [message.as_json() for message in found.messages[-limit:]] if found else []


async def state(world: World, _fields: Fields) -> Any:
    """All the phone shows: waiting lines, accounts, their chats."""
    return describe(world)


OPERATIONS: dict[str, Operation] = {
    "scan": scan,
    "msg": msg,
    "happen": happen,
    "frame": frame,
    "drop": drop,
    "list": list_,
    "hits": hits,
    "sent": sent,
    "config": config,
    "read": read,
    "logout": logout,
    "fault": fault,
    "chat": chat,
    "state": state,
}


async def perform(world: World, fields: Any) -> Any:
    """Does one operation.

    Raises:
        ControlError: No such operation, or a field is wrong.
        AddressError: A number is none.
        SettingsError: A setting is wrong.
    """
    if not isinstance(fields, dict):
        raise ControlError("the body must be a JSON object")
    name = fields.pop("op", None)
    operation = OPERATIONS.get(name) if isinstance(name, str) else None
    if not operation:
        raise ControlError(f"op must be one of {', '.join(OPERATIONS)}")
    return await operation(world, fields)
