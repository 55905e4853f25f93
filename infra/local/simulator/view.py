"""What the phone shows, as JSON: waiting lines, accounts, their chats."""

import time
from typing import Any

from simulator.account import Account
from simulator.addresses import chat_id
from simulator.connection import Connection
from simulator.world import World


def describe(world: World) -> dict[str, Any]:
    """The phone's whole view except the messages."""
    waiting = [c for c in world.connections.values() if c.device is None and (c.ref or c.code)]
    return {
        "lines": [_line_json(connection) for connection in waiting],
        "accounts": [_account_json(world, account) for account in world.accounts.values()],
        "autoRead": world.settings.autoRead,
    }


def _line_json(connection: Connection) -> dict[str, Any]:
    return {
        "cid": connection.cid,
        "ref": connection.ref,
        "qr": connection.qr_text,
        "code": connection.code,
        "codePhone": connection.code_phone,
        "since": connection.opened_at,
    }


def _account_json(world: World, account: Account) -> dict[str, Any]:
    return {
        "number": account.number,
        "devices": len(account.devices),
        "online": sum(1 for _ in world.pages_of(account)),
        "queued": sum(len(device.queue) for device in account.devices.values()),
        "chats": [_chat_json(account, key) for key in account.chats],
    }


def _chat_json(account: Account, key: str) -> dict[str, Any]:
    shown = account.chats[key]
    return {
        "key": key,
        "id": chat_id(key),
        "name": shown.name,
        "version": shown.version,
        "unread": len(shown.unread()),
        "typing": shown.typing_until > time.time(),
        "last": shown.messages[-1].as_json() if shown.messages else None,
    }
