"""A Chromium with WhatsApp Web in it: a process of its own that outlives its host's stalls."""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.whatsapp import Account, Profile, Signal, Wire

from switchboard.domain.channel_events import (
    AckSeen,
    ChannelEvent,
    MessageSeen,
    PageGone,
    Ready,
    Restricted,
    SocketChanged,
)
from switchboard.domain.host import HAND_OVER_WITHIN
from switchboard.domain.ids import ChatId, WaHex, phone_of
from switchboard.domain.session import Account as Owner
from switchboard.ports.channel_provider import Lookup

CLOCK_SLACK = timedelta(seconds=1)
"""As in `sending.js`."""
KILLS = "kills the page"
THROWS = "makes the page throw"
STALLS = "makes the page hang"


class Browser:
    """The checks of `send` and their order are those of `page_scripts/sending.js`."""

    def __init__(self, process: Any, account: Account, profile: Profile, epoch: int) -> None:
        self.process, self.account, self.profile, self.epoch = process, account, profile, epoch
        self.world = process.world
        self.browser_pid: int | None = 1
        self.ended_at = float("inf")
        self.socket = "OPENING"
        self.down_until = 0.0
        self.deaf_until = 0.0
        """Until then its machine is frozen or cut off: it hears nothing and reaches nobody."""
        self.noticed = "OPENING"
        """The socket state that the page knows of: it notices a loss late."""
        self.stuck_until = 0.0
        """Until then it begins no send, though it is connected."""
        self.denies_until = 0.0
        """Until then it says that it has no socket, whatever it says of its state."""
        self.on_wire: set[WaHex] = set()
        self.was_ready = False
        self.frozen = False
        self.told: deque[ChannelEvent | None] = deque()
        self.listener: asyncio.Future[None] | None = None
        self.acked: dict[WaHex, list[asyncio.Future[int]]] = {}

    # The page's side.
    async def _state(self) -> str:
        return self.noticed

    async def _find(self, wa_hex: WaHex) -> Lookup | None:
        if self.noticed != "CONNECTED":
            return None
        ack = self.profile.own.get(wa_hex)
        if ack is None:
            return Lookup.ABSENT
        return Lookup.ACKED if ack else Lookup.PENDING

    async def _send(
        self, chat_id: ChatId, wa_hex: WaHex, text: str, asked_at: datetime, within: timedelta
    ) -> str:
        until = asked_at + within
        refusal = await self._refusal(text, asked_at, asked_at + min(within, HAND_OVER_WITHIN))
        if refusal is not None:
            return refusal
        if wa_hex not in self.profile.own:
            self.world.journal.add(
                "handed",
                organization_id=self.account.organization_id,
                epoch=self.epoch,
                by=self.process.name,
                wa_hex=wa_hex,
                text=text,
                clock=self.process.now(),
            )
            self._keep(chat_id, wa_hex, text)
            self.world.later(
                self.world.random.uniform(0.001, 0.05), self._transmit, wa_hex, by_itself=False
            )
        if KILLS in text:
            self.crash("the message killed the page")
            return "unknown"
        left = (until - self.process.now()).total_seconds()
        return "sent" if await self._acknowledged(wa_hex, left) else "unknown"

    async def _refusal(self, text: str, asked_at: datetime, leave_by: datetime) -> str | None:
        """Why nothing is handed over."""
        now, denies = self.process.now(), self.world.time() < self.denies_until
        in_time = asked_at - CLOCK_SLACK <= now < leave_by
        if denies or self.noticed != "CONNECTED" or not in_time:
            return "line_down"
        if STALLS in text or self.world.time() < self.stuck_until:
            await self.world.pause((leave_by - now).total_seconds())
            return "stalled" if self.noticed == "CONNECTED" else "line_down"
        return "rejected" if THROWS in text else None

    def _keep(self, chat_id: ChatId, wa_hex: WaHex, text: str) -> None:
        self.profile.own[wa_hex] = 0
        self.profile.unsent[wa_hex] = (chat_id, text)
        self.profile.changes += 1
        wa_id, at = f"true_{chat_id}_{wa_hex}", self.world.moment()
        mine = MessageSeen(wa_id, True, chat_id, phone_of(chat_id), None, None, text, "chat", at)
        self.profile.chats.append(mine)

    async def _acknowledged(self, wa_hex: WaHex, within: float) -> bool:
        if self.profile.own[wa_hex]:
            return True
        acked = self.process.loop.create_future()
        self.acked.setdefault(wa_hex, []).append(acked)
        self.world.later(within, _settle, acked, 0)
        return bool(await acked)

    def _transmit(self, wa_hex: WaHex, *, by_itself: bool) -> None:
        """Put an unsent message on the wire, or keep it until the socket is back."""
        if wa_hex not in self.profile.unsent or not self.connected:
            return
        if wa_hex in self.on_wire and not by_itself:
            return  # it went when the page heard again
        chat_id, text = self.profile.unsent[wa_hex]
        organization_id, at = self.account.organization_id, self.world.time()
        told = (chat_id, wa_hex, text, by_itself, self.process.name)
        wire = Wire(at, organization_id, self.epoch, *told)
        if self.account.accept(self, wire):
            self.on_wire.add(wa_hex)
            self.world.later(self._round_trip(), self._take_ack, chat_id, wa_hex, 1)

    def _round_trip(self) -> float:
        draw = self.world.random
        slow = draw.random() < self.world.chances.slow_ack
        return draw.uniform(1.0, 12.0) if slow else draw.uniform(0.02, 0.4)

    def _take_ack(self, chat_id: ChatId, wa_hex: WaHex, level: int) -> None:
        if not self.connected or wa_hex not in self.profile.own:
            return
        self.profile.unsent.pop(wa_hex, None)
        if level > self.profile.own[wa_hex]:
            self.profile.own[wa_hex] = level
            self.profile.changes += 1
            at = self.world.moment()
            self._tell(AckSeen(f"true_{chat_id}_{wa_hex}", chat_id, level, at))
        for waiting in self.acked.pop(wa_hex, []):
            _settle(waiting, level)

    def takes(self, kind: str, content: Any) -> bool:
        """Store what the server hands over; True acknowledges it."""
        if not self.connected:
            return False
        if kind == "receipt":
            self._take_ack(*content)
            return True
        if all(seen.wa_id != content.wa_id for seen in self.profile.chats):
            self.profile.chats.append(content)
            self.profile.changes += 1
            self._tell(content)
        return True

    # What happens to the page.
    @property
    def connected(self) -> bool:
        deaf = self.world.time() < self.deaf_until
        return self.browser_pid is not None and self.account.stream is self and not deaf

    def boot(self) -> None:
        self.world.later(self.world.random.uniform(0.3, 2.0), self._connect)

    def _connect(self) -> None:
        if self.browser_pid is None or self.socket == "CONFLICT":
            return
        away = max(self.down_until, self.deaf_until) - self.world.time()
        if away > 0:
            self.world.later(away + 0.1, self._connect)
            return
        self.account.attach(self)
        self.socket = self.noticed = "CONNECTED"
        for wa_hex in list(self.profile.unsent):
            self._transmit(wa_hex, by_itself=True)
        self.account.hand_over_all()
        self.world.later(self.world.random.uniform(0.05, 0.6), self._announce)

    def _announce(self) -> None:
        if not self.connected:
            return
        if self.was_ready:
            self._tell(SocketChanged("CONNECTED"))
        else:
            self.was_ready = True
            self._tell(Ready(Owner("15550009999", None, "Simulated"), "2.3000.0", "4.6.0"))

    def drop(self, seconds: float) -> None:
        """The socket goes; the page notices later, and connects again by itself."""
        if not self.connected:
            return
        self.account.stream = None
        self.socket = "TIMEOUT"
        self.down_until = self.world.time() + seconds
        self.world.later(min(seconds, self.world.random.uniform(0.0, 6.0)), self._notice)
        self.world.later(seconds + 0.05, self._connect)

    def lose(self, seconds: float) -> None:
        """The socket goes, and the page notices at once."""
        self.drop(seconds)
        self._notice()

    def _notice(self) -> None:
        if self.socket == "TIMEOUT" and self.browser_pid is not None:
            self.noticed = "TIMEOUT"
            self._tell(SocketChanged("TIMEOUT"))

    def cut_off(self, seconds: float, *, frozen: bool) -> None:
        """Neither a word to nor from WhatsApp; a frozen page does nothing at all either."""
        self.deaf_until, self.frozen = self.world.time() + seconds, frozen
        self.world.later(seconds + self.world.random.uniform(0.0, 2.0), self._hear_again)

    def _hear_again(self) -> None:
        self.frozen = False
        if self.browser_pid is None or self.socket != "CONNECTED":
            return
        if self.account.stream is self:
            for wa_hex in [one for one in self.profile.unsent if one not in self.on_wire]:
                self._transmit(wa_hex, by_itself=False)
            self.account.hand_over_all()
        elif self.world.random.random() < 0.5:
            self.replaced()
        else:  # its stream just broke, as far as it knows
            self.socket = "TIMEOUT"
            self._notice()
            self.world.later(0.5, self._connect)

    def replaced(self) -> None:
        """Another stream of the same device opened."""
        if self.world.time() < self.deaf_until:
            return
        self.socket = self.noticed = "CONFLICT"
        self._tell(SocketChanged("CONFLICT"))

    def restrict(self, kind: str, until: Any) -> None:
        """WhatsApp's sign of a ban."""
        if self.connected:
            event = Restricted(kind, None, until)
            self.account.signals.append(Signal(self.world.time(), self, event))
            self.world.journal.say("signal", organization_id=self.account.organization_id)
            self._tell(event)

    def note_heard(self, event: ChannelEvent) -> None:
        for signal in self.account.signals:
            signal.heard = signal.heard or signal.event is event

    def crash(self, cause: str) -> None:
        if self.browser_pid is not None:
            self.end()
            self._tell(PageGone(cause))

    def end(self) -> None:
        """The browser has exited; whoever waits for the page learns that it does not know."""
        self.browser_pid = None
        self.ended_at = min(self.ended_at, self.world.time())
        if self.account.stream is self:
            self.account.stream = None
        for waiting in [one for many in self.acked.values() for one in many]:
            _settle(waiting, 0)

    def _tell(self, event: ChannelEvent | None) -> None:
        self.told.append(event)
        if self.listener is not None:
            self.world.later(0.002, self.process.resolve, self.listener, None)


def _settle(future: asyncio.Future[int], level: int) -> None:
    if not future.done():
        future.set_result(level)
