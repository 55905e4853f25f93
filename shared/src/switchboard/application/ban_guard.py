"""Stop an organization's sending at the first sign of a ban."""

from __future__ import annotations

import logging
import math
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchboard.application.notify_operators import NotifyOperators
from switchboard.application.pause_sending import UNTIL_RESUMED
from switchboard.domain.channel_events import AckSeen, Restricted
from switchboard.domain.errors import DependencyUnavailable, InvalidInput
from switchboard.domain.ids import OrganizationId, parse_wa_hex
from switchboard.domain.message import MessageStatus, status_for_ack
from switchboard.domain.notice import NoticeKind
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.pacing import Pacing
from switchboard.domain.rate_limit import LENGTHS
from switchboard.domain.sending_health import SendingHealth
from switchboard.ports.blocking import Blocking
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)

TELL_EVERY = timedelta(minutes=1)
"""How often a notice is tried that the board did not take."""
_REACHED = frozenset({MessageStatus.DELIVERED, MessageStatus.READ})


@dataclass(frozen=True, slots=True)
class DuePause:
    """A pause that is decided."""

    code: str
    ends_at: datetime | None


@dataclass(slots=True)
class BanGuard:
    """One line's guard, for as long as its owner holds it. The queue is kept."""

    organization_id: OrganizationId
    sessions: SessionStore
    inbox: Inbox
    notify: NotifyOperators
    clock: Clock
    blocking: Blocking
    pacing: Pacing
    """Its time begins when the line is taken: the wall may have jumped by the first send."""
    health: SendingHealth = field(default_factory=SendingHealth)
    due: DuePause | None = None
    """Not written yet: nothing is granted before it is."""
    untold: str | None = None
    """Code of a pause that is written, and that no notice tells of yet."""
    tried_at: float = -math.inf
    """On the monotonic clock: when telling of it was tried last."""
    suspected: list[Restricted] = field(default_factory=list)
    """Signs that were acted on before their turn, which is to come."""

    def now(self) -> datetime:
        """The time by which sends are counted."""
        return self.pacing.time.at(self.clock.monotonic())

    async def limit_reached(self, window: str) -> None:
        """A window is full: say so once for as long as it is long."""
        now, told = self.now(), self.pacing.reached.get(window)
        if told is not None and now - told < LENGTHS[window]:
            return
        keys = {"organization_id": self.organization_id, "window": window}
        _log.warning("rate_limit.reached", extra=keys)
        kind = NoticeKind.LIMIT_REACHED
        if await self.blocking(self.notify, self.organization_id, kind, window):
            self.pacing.reached[window] = now

    def suspect(self, event: Restricted) -> None:
        """Grant nothing from now on; `restricted` follows in the event's turn."""
        self.suspected.append(event)
        self.due = DuePause(event.kind, event.expires_at)

    async def restricted(self, event: Restricted) -> None:
        """WhatsApp says so itself."""
        if event not in self.suspected:
            self.suspect(event)
        await self.hold()
        self.suspected.remove(event)

    async def hold(self) -> None:
        """Before a grant: write a due pause, which refuses every grant until a person resumes.

        A notice that cannot be posted is tried again by a later call, and holds up nothing.

        Raises:
            DependencyUnavailable: the pause could not be written.
        """
        if self.due is not None:
            await self._pause(self.due)
        waited = self.clock.monotonic() - self.tried_at
        if self.untold is not None and waited >= TELL_EVERY.total_seconds():
            await self._tell(self.untold)

    async def _pause(self, due: DuePause) -> None:
        now, pause, organization_id = self.clock.now(), self.sessions.pause, self.organization_id
        until = now + UNTIL_RESUMED
        await self.blocking(pause, organization_id, until, due.code, now, ends_at=due.ends_at)
        if self.due is due:
            self.due = None
        self.untold, self.tried_at = due.code, -math.inf
        keys = {"organization_id": organization_id, "error_code": due.code}
        _log.error("session.restricted", extra=keys)

    async def _tell(self, code: str) -> None:
        kind, told = NoticeKind.SENDING_PAUSED, False
        self.tried_at = self.clock.monotonic()
        with suppress(DependencyUnavailable):
            told = await self.blocking(self.notify, self.organization_id, kind, code)
        if told and self.untold == code:
            self.untold = None

    async def failed(self, entry: OutboxEntry) -> None:
        """A send was refused; in a chat where the contact wrote, that says nothing."""
        if await self._is_new_chat(entry):
            hidden = self.health.new_chat_refused(entry.conversation_id)
            if hidden is not None:
                self.due = DuePause(hidden.value, None)
                await self.hold()

    async def sent(self, entry: OutboxEntry) -> None:
        """WhatsApp's server took a message."""
        if self.health.refused and await self._is_new_chat(entry):
            self.health.new_chat_reached()
        hidden = self.health.sent(entry.wa_hex, self.clock.now())
        if hidden is not None:
            self.due = DuePause(hidden.value, None)
            await self.hold()

    def acked(self, event: AckSeen) -> None:
        """A contact's phone may have a message."""
        if status_for_ack(event.ack) in _REACHED:
            with suppress(InvalidInput):  # an id of a kind we do not know is nobody's send
                self.health.reached(parse_wa_hex(event.wa_id))

    async def _is_new_chat(self, entry: OutboxEntry) -> bool:
        read, organization_id = self.inbox.conversation, self.organization_id
        conversation = await self.blocking(read, organization_id, entry.conversation_id)
        return conversation is None or conversation.in_version == 0
