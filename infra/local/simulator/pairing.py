"""From a QR on a page to a linked device, and back to unlinked."""

import asyncio
import secrets

from simulator.account import Account, Device, Frame
from simulator.connection import Connection
from simulator.delivery import history_frames
from simulator.world import World

CODE_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTVWXYZ"  # no look-alikes, eight letters, as WhatsApp's
CODE_LENGTH = 8
FIRST_REF_LIVES = 3  # times as long as a later one: 60 s and 20 s on WhatsApp Web


async def show_new_ref(world: World, connection: Connection, seconds: float) -> None:
    """Shows a fresh QR on the page."""
    connection.refs.append("2@" + secrets.token_urlsafe(60))
    await connection.send({"t": "ref", "ref": connection.ref, "ttl": int(seconds * 1000)})
    world.touch()


async def rotate_refs(world: World, connection: Connection) -> None:
    """Renews the QR of a waiting page until it is linked, gone, or idle."""
    shown = 0
    while connection.device is None and not connection.socket.closed:
        if shown and shown == world.settings.idleAfterRefs:
            connection.refs.clear()
            world.touch()
            await connection.send({"t": "idle"})
            return
        life = world.settings.refTtlSeconds * (1 if shown else FIRST_REF_LIVES)
        await show_new_ref(world, connection, life)
        shown += 1
        await asyncio.sleep(life)


async def offer_code(world: World, connection: Connection, phone: str) -> str:
    """Gives the page a pairing code that links it to `phone`."""
    connection.code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    connection.code_phone = phone
    world.touch()
    return connection.code


async def link(world: World, connection: Connection, number: str, chats: list[str]) -> None:
    """Links the page to an account, as its owner's scan does."""
    account = world.account(number)
    history = history_frames(account) if world.settings.historySync else []
    device = account.link_device(chats)
    for frame in history:
        device.queue.put(frame)
    connection.log_in(device)
    connection.refs.clear()
    connection.code = None
    await connection.send({"t": "paired", **device.login})
    world.touch()


async def resume(world: World, connection: Connection, device: Device) -> None:
    """Logs a page in by its device's token; another page on that device loses its stream.

    The other page closes its socket when it learns that. Until then it is read, so that what a
    page that hung meanwhile still sends is recorded.
    """
    for other in list(world.connections.values()):
        if other is not connection and other.device is device:
            other.log_out("replaced")
            await other.send({"t": "conflict"})
    connection.log_in(device)
    await connection.send({"t": "resumed", **device.login})
    world.touch()


def unlink(world: World, device: Device) -> None:
    """Forgets the device: its token resumes nothing from now on."""
    device.account.devices.pop(device.token, None)
    page = world.page_of(device)
    if page:
        page.log_out("unlinked")
    world.touch()


async def log_out(world: World, account: Account, reason: str) -> int:
    """The owner removes every device of the account on the phone.

    Returns:
        How many pages were told. A page that is away learns it when it next connects.
    """
    pages = list(world.pages_of(account))
    for device in list(account.devices.values()):
        unlink(world, device)
    frame: Frame = {"t": "remote_logout", "reason": reason}
    for page in pages:
        await page.send(frame)
    return len(pages)
