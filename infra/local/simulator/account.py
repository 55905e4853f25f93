"""What the phone holds: accounts, their chats, and the devices linked to them."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.addresses import lid_of

type Frame = dict[str, Any]
type Writer = Literal["customer", "line", "owner"]

REFUSED, SENT, DELIVERED, READ = -1, 1, 2, 3


@dataclass(slots=True)
class ChatMessage:
    """A message as the phone shows it.

    `writer` tells who wrote it: the customer, the linked page (line), or the account's owner on
    the phone itself. `wire_chat` is the chat id in which the page addressed it.
    """

    id: str
    writer: Writer
    body: str | None
    type: str
    at: float
    wire_chat: str
    ack: int = SENT
    name: str | None = None
    caption: str | None = None
    filehash: str | None = None
    mimetype: str | None = None
    device: "Device | None" = None
    reaction: str | None = None
    edited: bool = False
    revoked: bool = False

    def as_json(self) -> dict[str, Any]:
        """The message for the phone's page and the `chat` op."""
        names = ("id", "writer", "body", "type", "at", "ack", "caption", "filehash", "mimetype")
        afterwards = ("reaction", "edited", "revoked")
        return {name: getattr(self, name) for name in (*names, *afterwards)}


@dataclass(slots=True)
class Chat:
    """An account's chat with one customer."""

    key: str
    name: str | None = None
    messages: list[ChatMessage] = field(default_factory=list)
    newest_by_id: dict[str, ChatMessage] = field(default_factory=dict)
    version: int = 0
    typing_until: float = 0.0

    def find(self, message_id: str) -> ChatMessage | None:
        """The newest message with that id."""
        return self.newest_by_id.get(message_id)

    def add(self, message: ChatMessage) -> None:
        """Appends a message."""
        self.messages.append(message)
        self.newest_by_id[message.id] = message
        self.version += 1

    def customer_wrote(self) -> bool:
        """Whether the customer ever wrote: to others an account may be kept from writing."""
        return any(message.writer == "customer" for message in self.messages)

    def unread(self) -> list[ChatMessage]:
        """What the customer has not read."""
        return [m for m in self.messages if m.writer != "customer" and m.ack < READ]

    def raise_ack(self, message: ChatMessage, ack: int) -> bool:
        """Lifts a message's ack; False if it stood as high already."""
        if message.ack >= ack:
            return False
        message.ack = ack
        self.version += 1
        return True


class OfflineQueue:
    """What the server holds for one device until the device's page acknowledges it."""

    def __init__(self) -> None:
        self._frames: dict[tuple[str, int | None], Frame] = {}

    def put(self, frame: Frame) -> None:
        """Keeps a message or receipt frame."""
        self._frames[frame["id"], frame["ack"] if frame["t"] == "receipt" else None] = frame

    def acknowledge(self, message_id: str, ack: int | None) -> None:
        """Forgets a frame; one that is not here is no error."""
        self._frames.pop((message_id, ack), None)

    def __iter__(self) -> Iterator[Frame]:
        return iter(list(self._frames.values()))

    def __len__(self) -> int:
        return len(self._frames)


@dataclass(slots=True, eq=False)
class Device:
    """A linked companion: what a page proves by its token when it resumes."""

    account: "Account"
    login: Frame
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    queue: OfflineQueue = field(default_factory=OfflineQueue)


@dataclass(slots=True, eq=False)
class Account:
    """A phone number with its chats and linked devices (by token)."""

    number: str
    chats: dict[str, Chat] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def chat(self, key: str) -> Chat:
        """The chat with a customer, made when it is new."""
        return self.chats.setdefault(key, Chat(key))

    def link_device(self, chats: list[str]) -> Device:
        """Links a new companion device that starts out knowing `chats`."""
        first_device_number = 12
        number = first_device_number + len(self.devices)
        lid_user = lid_of(self.number).removesuffix("@lid")
        login = {
            "wid": f"{self.number}:{number}@c.us",
            "lid": f"{lid_user}:{number}@lid",
            "pushname": "Sim",
            "platform": "android",
            "chats": chats,
            "lids": [],
        }
        device = Device(self, login)
        login["token"] = device.token
        self.devices[device.token] = device
        return device
