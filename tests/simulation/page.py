"""The host's side of a simulated page: what it asks goes to another process and may not come back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from tests.simulation.browser import Browser

from switchboard.domain.channel_events import ChannelEvent, MessageSeen, PageGone
from switchboard.domain.errors import (
    DependencyUnavailable,
    LineDown,
    SendOutcomeUnknown,
    SendRejected,
    SendStalled,
)
from switchboard.domain.ids import ChatId, WaHex
from switchboard.ports.channel_provider import LoginState, Lookup, ScannedMessages, SentReceipt

type Work = Callable[[], Awaitable[Any]]

ANSWER_MARGIN = 2.0
"""As in `whatsapp_web.page`: the page's answer needs a moment after its deadline."""


class SimulatedPage(Browser):
    """`LinkedPage` on a browser of its own."""

    async def send_text(
        self, chat_id: ChatId, wa_hex: WaHex, text: str, *, within: timedelta
    ) -> SentReceipt:
        if self.browser_pid is None:
            self._say_of(wa_hex, "turned_away")
            raise LineDown("the page is gone")
        asked_at = self.process.now()
        self.process.spring("before page.send")
        await self.process.pause(0.0)
        answer = await self._ask(
            partial(self._send, chat_id, wa_hex, text, asked_at, within),
            within.total_seconds() + ANSWER_MARGIN,
        )
        self.process.spring("before page.sent")
        await self.process.pause(0.0)
        match answer:
            case "sent":
                return SentReceipt(f"true_{chat_id}_{wa_hex}", 1)
            case "line_down":
                self._say_of(wa_hex, "turned_away")
                raise LineDown("no connected socket, or too late")
            case "stalled":
                self._say_of(wa_hex, "stalled")
                raise SendStalled("not handed over in time")
            case "rejected":
                self._say_of(wa_hex, "rejected")
                raise SendRejected("the page threw")
        raise SendOutcomeUnknown("no ack by the deadline")

    def _say_of(self, wa_hex: WaHex, kind: str) -> None:
        """What the host learns of its send."""
        told = {"organization_id": self.account.organization_id, "wa_hex": wa_hex}
        clock = self.process.now()
        self.world.journal.add(kind, **told, by=self.process.name, clock=clock)

    async def typing(self, chat_id: ChatId, lasting: timedelta) -> None:
        await self.process.sleep(lasting)

    async def find(self, chat_id: ChatId, wa_hex: WaHex) -> Lookup:
        answer = await self._ask(partial(self._find, wa_hex), 10.0)
        if not isinstance(answer, Lookup):
            raise LineDown("the page has no connected socket")
        return answer

    async def events(self) -> AsyncIterator[ChannelEvent]:
        while True:
            while not self.told:
                self.listener = self.process.loop.create_future()
                await self.process.until(self.listener)
            event = self.told.popleft()
            if event is None:
                return
            self.note_heard(event)
            yield event
            if isinstance(event, PageGone):
                return

    async def probe(self, *, within: timedelta) -> str:
        if await self._ask(self._state, within.total_seconds()) is None:
            raise DependencyUnavailable("the page did not answer")
        return self.noticed

    async def login_state(self) -> LoginState:
        if await self._ask(self._state, 10.0) is None:
            raise DependencyUnavailable("the page did not answer")
        return LoginState(self.connected and not self.profile.unsent, {}, "4.6.0", "2.3000.0")

    async def scan_recent(self, *, per_chat: int) -> ScannedMessages:
        await self._ask(self._state, 10.0)
        newest: dict[ChatId, list[MessageSeen]] = {}
        for seen in self.profile.chats:
            newest.setdefault(seen.chat_id, []).append(seen)
        kept = [seen for chat in newest.values() for seen in chat[-per_chat:]]
        return ScannedMessages([self._as_found(seen) for seen in sorted(kept, key=lambda s: s.at)])

    async def scan_chat(self, chat_id: ChatId, *, count: int) -> ScannedMessages:
        found = (await self.scan_recent(per_chat=count)).messages
        return ScannedMessages([seen for seen in found if seen.chat_id == chat_id])

    def _as_found(self, seen: MessageSeen) -> MessageSeen:
        ack = self.profile.own.get(WaHex(seen.wa_id.rpartition("_")[2])) if seen.from_me else None
        return replace(seen, backfill=True, ack=ack)

    async def request_pairing_code(self, phone: str) -> str:
        raise SendRejected("the line is linked already")

    async def logout(self) -> None:
        raise LineDown("not simulated")

    async def close(self) -> None:
        self.end()
        self._tell(None)
        await self.process.pause(self.world.random.uniform(0.05, 0.5))

    async def _ask(self, work: Work, within: float) -> Any:
        """Evaluate in the page: its answer, or None when none comes in time."""
        answer: asyncio.Future[Any] = self.process.loop.create_future()
        self.world.start(self._evaluate(work, answer))
        self.world.later(within, self.process.resolve, answer, None)
        return await self.process.until(answer)

    async def _evaluate(self, work: Work, answer: asyncio.Future[Any]) -> None:
        await self.world.pause(self.world.random.uniform(0.002, 0.01))
        if self.frozen:
            await self.world.pause(self.deaf_until - self.world.time())
        result = await work() if self.browser_pid is not None else None
        self.process.resolve(answer, result)
