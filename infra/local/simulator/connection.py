"""One WebSocket of one page."""

import json
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import ClientConnectionResetError, web

from simulator.account import Account, Device, Frame

type Ending = Literal["replaced", "unlinked"]

REFS_ACCEPTED = 2  # the shown QR and the one before: a person's scan may cross a rotation


@dataclass(slots=True, eq=False)
class Connection:
    """A page on the line; `device` is set while it is logged in.

    Attributes:
        cid: The connection's name in the control API.
        peer: The address it came from, which tells hosts apart that have one of their own.
        account: Of its login, also after that ended: what it still sends is recorded there.
        ending: Why its login ended.
        log: The type of each frame the page sent.
        refs: The QR refs that can be scanned now, the shown one last.
        qr_keys: What follows the ref in the QR text.
        code: The pairing code the page asked for, and `code_phone` the number it is for.
        synced: The queue was delivered; frames go out at once from here on.
        drops_next_ack: Close instead of answering the next send.
    """

    socket: web.WebSocketResponse
    peer: str = ""
    cid: str = field(default_factory=lambda: secrets.token_hex(4))
    log: list[str] = field(default_factory=list)
    opened_at: float = field(default_factory=time.time)
    device: Device | None = None
    account: Account | None = None
    ending: Ending | None = None
    refs: deque[str] = field(default_factory=lambda: deque(maxlen=REFS_ACCEPTED))
    qr_keys: str = ""
    code: str | None = None
    code_phone: str | None = None
    synced: bool = False
    drops_next_ack: bool = False

    @property
    def ref(self) -> str | None:
        """The ref on the screen; None once the page is linked."""
        return self.refs[-1] if self.refs else None

    @property
    def qr_text(self) -> str | None:
        """The text of the QR on the screen."""
        return f"{self.ref},{self.qr_keys}" if self.ref else None

    def shows(self, qr: str) -> bool:
        """Whether `qr` (a ref, or the whole QR text that starts with it) is on the screen."""
        return any(qr == ref or qr.startswith(ref + ",") for ref in self.refs)

    def log_in(self, device: Device) -> None:
        """The page is the device's from now on."""
        self.device, self.account, self.ending = device, device.account, None

    def log_out(self, ending: Ending) -> None:
        """The page is the device's no more, though it may not know it yet."""
        self.device, self.ending = None, ending

    async def send(self, frame: Frame) -> None:
        """Sends a frame; to a page that has just gone it is lost, as on a real network."""
        try:
            await self.socket.send_str(json.dumps(frame))
        except (ClientConnectionResetError, ConnectionResetError):
            return

    async def close(self) -> None:
        """Closes the socket."""
        await self.socket.close()
