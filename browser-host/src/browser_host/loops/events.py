"""Events of one page: messages and acks to the inbound queue, states to the line item."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from browser_host.ending import Ending, Kind
from browser_host.loops.catching_up import CatchingUp
from browser_host.services import Services
from browser_host.snapshots import LineSnapshots
from browser_host.waiting import until_answered
from switchboard.application.ban_guard import BanGuard
from switchboard.domain.channel_events import (
    AckSeen,
    ChannelEvent,
    EditSeen,
    LoginEnded,
    MessageSeen,
    PageGone,
    Paired,
    QrExhausted,
    QrShown,
    ReactionSeen,
    Ready,
    Restricted,
    RevocationSeen,
    SocketChanged,
)
from switchboard.domain.errors import Ownership, Transient
from switchboard.domain.ids import ChatId
from switchboard.domain.inbound import InboundEvent, Seen
from switchboard.domain.metric import Metric
from switchboard.domain.session import (
    LAST_EVENT_EVERY,
    Lease,
    Reason,
    SessionState,
    SessionStatus,
)
from switchboard.ports.channel_provider import LinkedPage

_log = logging.getLogger(__name__)

SCAN_AGAIN_AFTER = timedelta(seconds=15)

_SOCKET_REASONS = {
    "CONFLICT": Reason.STREAM_REPLACED,
    "DEPRECATED_VERSION": Reason.CLIENT_OUTDATED,
    "PROXYBLOCK": Reason.PROXY_BLOCKED,
    "TOS_BLOCK": Reason.TERMS_BLOCKED,
    "SMB_TOS_BLOCK": Reason.TERMS_BLOCKED,
    "TIMEOUT": Reason.SOCKET_LOST,
}
_THROWN_OUT = {
    "account_locked": Reason.ACCOUNT_LOCKED,
    "unexpected_logout": Reason.UNEXPECTED_LOGOUT,
}
_UNREADABLE = frozenset(
    {"web_fail_storage_initialization", "web_fail_enc_salt", "cache_storage_open_failed"}
)
"""A page logs itself out for what it finds in its profile; WhatsApp has not ended the login.
Source: wa-js 4.6.0, whatsapp/enums/LogoutReason."""
_SOCKET_ENDS_PAGE = frozenset({"CONFLICT", "DEPRECATED_VERSION"})


@dataclass(slots=True)
class EventLoop:
    """Follows one page; `ready` is set while it can send, `sign` at its first sign of life."""

    services: Services
    lease: Lease
    guard: BanGuard
    login: LineSnapshots
    page: LinkedPage
    ready: asyncio.Event
    sign: asyncio.Event
    end: Callable[[Ending], None]
    hears: Callable[[ChatId], None]
    """A contact wrote in a chat."""
    linked: Ready | None = None
    """The last Ready of this login, for when only the socket went and came back."""
    connected: bool = False
    """Whether CONNECTED is what was told last."""
    heard_at: datetime | None = None
    """The last event that was to be stored as such."""
    untold: int = 0
    """Events that the page told and nobody has been told of yet."""

    async def run(self) -> None:
        """Handle events in order until the page is gone."""
        told: asyncio.Queue[ChannelEvent | None] = asyncio.Queue()
        reading = asyncio.create_task(self._read(told))
        try:
            while (event := await told.get()) is not None:
                await self._until_answered(functools.partial(self._handle, event))
                self.untold -= 1
            await reading
        finally:
            reading.cancel()
        self.end(Ending(Kind.LOST, Reason.PAGE_CRASHED, "the page's events ended"))

    def all_told(self) -> bool:
        """Whether everything was passed on that the page told."""
        return self.untold == 0

    async def _read(self, told: asyncio.Queue[ChannelEvent | None]) -> None:
        """A sign of a ban stops the sending although what came before it is not stored yet."""
        try:
            async for event in self.page.events():
                if isinstance(event, Restricted):
                    self.guard.suspect(event)
                self.untold += 1
                told.put_nowait(event)
        finally:
            told.put_nowait(None)

    async def _until_answered(self, step: Callable[[], Awaitable[None]]) -> None:
        """The page will not tell again, so try until the store or the page answers."""
        await until_answered(step, self.services.clock, self._postponed)

    def _postponed(self, error: Transient) -> None:
        _log.warning("session.event.postponed", extra={**self._keys(), "error_code": error.code})

    async def _handle(self, event: ChannelEvent) -> None:
        handlers: dict[type, Callable[..., Awaitable[None]]] = {
            MessageSeen: self._push,
            AckSeen: self._acked,
            ReactionSeen: self._push,
            EditSeen: self._push,
            RevocationSeen: self._push,
            QrShown: self._qr,
            Paired: self._paired,
            Ready: self._connected,
            SocketChanged: self._socket,
            Restricted: self.guard.restricted,
            LoginEnded: self._logged_out,
        }
        handler = handlers.get(type(event))
        if handler is not None:
            await handler(event)
        else:
            self._ended(event)

    def _ended(self, event: ChannelEvent) -> None:
        match event:
            case QrExhausted():
                self.end(Ending(Kind.QR_EXPIRED, Reason.QR_EXPIRED))
            case PageGone(cause):
                self.end(Ending(Kind.LOST, Reason.PAGE_CRASHED, cause))

    async def _logged_out(self, event: LoginEnded) -> None:
        """WhatsApp putting the account out is a sign of a ban; a person unlinking it is not."""
        self.ready.clear()
        if event.reason in _UNREADABLE:
            await self.login.rejected(unreadable=True)
            self._try_another_login()
            return
        why = _THROWN_OUT.get(event.reason, Reason.LOGGED_OUT)
        if why is not Reason.LOGGED_OUT:
            await self.guard.restricted(Restricted(why.value))
        self.end(Ending(Kind.LOGGED_OUT, why, event.reason))

    async def _push(self, seen: Seen) -> None:
        if seen.chat_id.endswith("@broadcast"):
            return  # status updates are nobody's message
        event = InboundEvent(self.lease.organization_id, self.lease.epoch, seen)
        await self.services.blocking(self.services.inbound.push, event)
        if isinstance(seen, MessageSeen) and not seen.from_me:
            self.hears(seen.chat_id)
            told = {"correlation_id": event.correlation_id}
            _log.info("inbound.message.heard", extra={**self._keys(), **told})
        await self._heard()

    async def _heard(self) -> None:
        """Tell readers the age of WhatsApp's last word; what the page told does not wait for it."""
        now = self.services.clock.now()
        if self.heard_at is not None and now - self.heard_at < LAST_EVENT_EVERY:
            return
        self.heard_at = now
        with suppress(Transient, Ownership):
            await self.services.blocking(self.services.sessions.heard, self.lease, now)

    async def _acked(self, seen: AckSeen) -> None:
        self.guard.acked(seen)
        await self._push(seen)

    async def _qr(self, event: QrShown) -> None:
        if await self.login.rejected():
            self._try_another_login()
            return
        self.ready.clear()
        self.linked, self.connected = None, False
        self.sign.set()
        await self._record(
            SessionState(
                SessionStatus.WAITING_QR,
                Reason.SCAN_QR,
                qr_code=event.raw,
                qr_number=event.number,
                qr_expires_at=self.services.clock.now() + event.lifetime,
            )
        )

    def _try_another_login(self) -> None:
        detail = "the login on disk was not accepted, a stored one is next"
        self.end(Ending(Kind.LOST, Reason.PAGE_NEVER_READY, detail))

    async def _paired(self, _: Paired) -> None:
        self.login.linked = True
        await self._record(SessionState(SessionStatus.STARTING, Reason.STARTING))

    async def _connected(self, event: Ready) -> None:
        self.sign.set()
        self.login.accepted()
        await self._keep_login()
        self.linked = event
        await self._record(
            SessionState(
                SessionStatus.CONNECTED,
                Reason.LINKED,
                account=event.account,
                web_version=event.web_version,
                wa_js_version=event.wa_js_version,
            )
        )
        self.connected = True
        self.ready.set()
        await self._until_answered(self._catch_up)

    async def _keep_login(self) -> None:
        """Before anybody is told CONNECTED: a browser killed right after it has lost no login."""
        try:
            await self.login.keep(await self.page.login_state())
        except (Transient, OSError) as error:  # the next snapshot tries again
            _log.warning("session.login.not_kept", extra={**self._keys(), "reason": str(error)})

    async def catch_up_later(self) -> None:
        """Scan once more when the page has settled.

        A page that was killed with a message in hand may take it in just after the first scan and
        before it tells of new ones; what is known already is dropped by the queue.
        """
        await self.ready.wait()
        await self.services.clock.sleep(SCAN_AGAIN_AFTER)
        await self._until_answered(self._catch_up)

    async def _catch_up(self) -> None:
        """Tell what came while the page was away."""
        catch_up = CatchingUp(self.services, self.lease.organization_id, self.page)
        for seen in await catch_up():
            await self._push(seen)

    async def _socket(self, event: SocketChanged) -> None:
        if event.state == "CONNECTED":
            if self.linked is not None and not self.ready.is_set():
                await self._connected(self.linked)
            return
        reason = _SOCKET_REASONS.get(event.state)
        if event.state in _SOCKET_ENDS_PAGE:
            self.end(Ending(Kind.LOST, reason or Reason.SOCKET_LOST, event.state))
        elif self.linked is not None:
            self.ready.clear()  # whatever the word is: nothing can be sent without a socket
            if reason is not None:
                await self._disconnected(reason, event.state)

    async def socket_stays_away(self, word: str) -> None:
        """Probes found no connected socket: a passing state has become one to tell of."""
        if self.connected and not self.ready.is_set():
            await self._disconnected(Reason.SOCKET_LOST, word)

    async def _disconnected(self, reason: Reason, word: str) -> None:
        self.connected = False
        self._count(Metric.CONNECTION_ERRORS, reason)
        state = SessionState(SessionStatus.DISCONNECTED, reason, last_error=word)
        await self._record(state)

    async def _record(self, state: SessionState) -> None:
        now = self.services.clock.now()
        await self.services.blocking(self.services.sessions.record, self.lease, state, now)
        self._count(Metric.STATE_CHANGES, state.status)
        told = {"outcome": state.status.value, "reason": state.reason.value}
        _log.info("session.state", extra={**self._keys(), **told})

    def _count(self, metric: Metric, label: str) -> None:
        organization_id = self.lease.organization_id
        self.services.metrics.put(metric, organization_id=organization_id, label=label)

    def _keys(self) -> dict[str, object]:
        return {
            "organization_id": self.lease.organization_id,
            "session_id": self.lease.organization_id,
            "epoch": self.lease.epoch,
        }
