"""The state of one running simulator."""

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from simulator.account import Account, Device, Frame
from simulator.addresses import chat_key
from simulator.connection import Connection
from simulator.settings import Settings


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One transmission by a page, as it was on the wire at `time` (Unix seconds).

    Attributes:
        by_itself: The page sent it without being told to, as it does with what it holds unsent.
        refused: Why nobody saw it: the page was `replaced` or `unlinked`, or it was a `new_chat`.
        peer: The address the page came from.
    """

    time: float
    account: str
    chat: str
    id: str
    body: str | None
    type: str
    customer: str
    cid: str
    peer: str
    by_itself: bool
    refused: str | None

    def as_json(self) -> dict[str, Any]:
        """The entry of the `sent` op."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Media:
    """An uploaded file, as base64."""

    b64: str
    mimetype: str


@dataclass(slots=True)
class World:
    """Accounts outlive connections; `sent` outlives both."""

    settings: Settings
    tasks: asyncio.TaskGroup
    connections: dict[str, Connection] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    sent: list[SentMessage] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    asset_hits: int = 0
    watchers: set[asyncio.Event] = field(default_factory=set)
    in_flight: set[asyncio.Task[None]] = field(default_factory=set)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something beside the connection that caused it, such as a delayed receipt."""
        task = self.tasks.create_task(_contained(work))
        self.in_flight.add(task)
        task.add_done_callback(self.in_flight.discard)

    def account(self, number: str) -> Account:
        """The account of a phone number, made when it is new."""
        return self.accounts.setdefault(number, Account(number))

    def device(self, token: str | None) -> Device | None:
        """The linked device with that token."""
        found = (a.devices[token] for a in self.accounts.values() if token in a.devices)
        return next(found, None)

    def pages_of(self, account: Account) -> Iterator[Connection]:
        """The connections that are logged in to the account."""
        for connection in list(self.connections.values()):
            if connection.device and connection.device.account is account:
                yield connection

    def page_of(self, device: Device) -> Connection | None:
        """The connection on which the device is logged in."""
        pages = (c for c in self.connections.values() if c.device is device)
        return next(pages, None)

    def record_sent(
        self, connection: Connection, frame: Frame, account: Account, refused: str | None
    ) -> None:
        """Notes what a page put on the wire."""
        entry = SentMessage(
            time=time.time(),
            account=account.number,
            chat=frame["to"],
            id=frame["id"],
            body=frame.get("body"),
            type=frame.get("type", "chat"),
            customer=chat_key(frame["to"]),
            cid=connection.cid,
            peer=connection.peer,
            by_itself=bool(frame.get("again")),
            refused=refused,
        )
        self.sent.append(entry)

    def touch(self) -> None:
        """Wakes everybody who watches the phone."""
        for watcher in self.watchers:
            watcher.set()


async def _contained(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # one broken frame must not end the simulator for every page
        logging.getLogger(__name__).exception("simulator.task.failed")
