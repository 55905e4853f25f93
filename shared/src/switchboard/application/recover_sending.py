"""Reconcile what was being sent when a page or a host died."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from switchboard.application.backlog import Backlog
from switchboard.application.ban_guard import BanGuard
from switchboard.application.finish_outbound import FinishOutbound
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.organization import OnUnknown
from switchboard.domain.outbox import MAX_RECOVERIES, EntryState, OutboxEntry
from switchboard.domain.session import Lease
from switchboard.ports.blocking import Blocking
from switchboard.ports.channel_provider import ChannelProvider, Lookup
from switchboard.ports.clock import Clock
from switchboard.ports.message_store import MessageStore
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.outbox import Outbox
from switchboard.ports.rate_gate import RateGate

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecoverSending:
    """For each SENDING entry, once its Chromium has exited and a new page is ready.

    Found with an ack: SENT. Otherwise the outcome is unknown, never 'unsent'. By the organization's
    setting it then goes again under the same WhatsApp id, or ends UNCONFIRMED at once. The third
    time in all that nobody can tell, it ends FAILED: it may be what kills the page.
    """

    lease: Lease
    outbox: Outbox
    messages: MessageStore
    organizations: OrganizationStore
    finish: FinishOutbound
    gate: RateGate
    guard: BanGuard
    clock: Clock
    blocking: Blocking
    new_claim_id: Callable[[], str]

    async def __call__(
        self, backlog: Backlog, channel: ChannelProvider, *, on_this_page: bool = False
    ) -> None:
        """Settle every SENDING entry of the backlog.

        Args:
            backlog: the line's outbox in memory.
            channel: a page that can be asked.
            on_this_page: the claims were made while this very page was open, so that what it does
                not know was never handed to it.
        """
        for entry in list(backlog.entries.values()):
            if entry.state is EntryState.SENDING:
                own = await self._own(entry)
                if own is None:  # it ended meanwhile; a newer owner would refuse our next grant
                    backlog.drop(entry)
                else:
                    await self._settle(backlog, own, channel, on_this_page=on_this_page)

    async def must_not_repeat(self) -> bool:
        """Whether something is SENDING that the organization does not want sent twice.

        A page sends by itself again what its profile holds without an ack.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        entries = await self.blocking(self.outbox.load, self.lease.organization_id)
        if all(entry.state is not EntryState.SENDING for entry in entries):
            return False
        return await self._on_unknown() is OnUnknown.UNCONFIRMED

    async def _own(self, entry: OutboxEntry) -> OutboxEntry | None:
        """Take over an older epoch's claim; our own stays ours."""
        if entry.claim_epoch == self.lease.epoch:
            return entry
        return await self.blocking(self.outbox.claim, entry, self.lease, self.new_claim_id())

    async def _settle(
        self,
        backlog: Backlog,
        entry: OutboxEntry,
        channel: ChannelProvider,
        *,
        on_this_page: bool,
    ) -> None:
        found = await channel.find(entry.chat_id, entry.wa_hex)
        never_left = found is Lookup.ABSENT and on_this_page
        if not never_left:
            await self._charge(backlog, entry)
        message = await self.blocking(self.messages.read, entry.organization_id, entry.message_id)
        if message is None or message.status is not MessageStatus.QUEUED:
            await self.blocking(self.outbox.remove, entry)
            backlog.drop(entry)
            return
        if found is Lookup.ACKED:
            await self.blocking(self.finish.sent, entry, message)
            backlog.drop(entry)
        elif never_left:
            await self._again(backlog, entry, recoveries=entry.recoveries)
        else:
            await self._unknown(backlog, entry, message)

    async def _unknown(self, backlog: Backlog, entry: OutboxEntry, message: Message) -> None:
        """Nobody can tell whether it left: what follows is the organization's choice."""
        if await self._on_unknown() is OnUnknown.UNCONFIRMED:
            verdict = (MessageStatus.UNCONFIRMED, "outcome_unknown")
        elif entry.recoveries + 1 >= MAX_RECOVERIES:
            verdict = (MessageStatus.FAILED, "recoveries_exhausted")
        else:
            await self._again(backlog, entry, recoveries=entry.recoveries + 1)
            return
        await self.blocking(self.finish, entry, message, *verdict)
        backlog.drop(entry)

    async def _charge(self, backlog: Backlog, entry: OutboxEntry) -> None:
        """It may have left later than its grant counted it, or do so yet."""
        claim = entry.claim_id or ""
        if claim not in backlog.counted:
            await self.blocking(self.gate.charge, self.lease, self.guard.now())
            backlog.counted.add(claim)

    async def _on_unknown(self) -> OnUnknown:
        read = self.organizations.read
        organization = await self.blocking(read, self.lease.organization_id)
        return organization.settings.on_unknown if organization else OnUnknown.RESEND

    async def _again(self, backlog: Backlog, entry: OutboxEntry, *, recoveries: int) -> None:
        _log.warning(
            "outbound.send.again",
            extra={
                "organization_id": entry.organization_id,
                "message_id": entry.message_id,
                "attempt": recoveries,
            },
        )
        stored = await self.blocking(
            self.outbox.retry,
            entry,
            self.clock.now(),
            attempts=entry.attempts,
            recoveries=recoveries,
        )
        if stored is not None:
            backlog.replace(stored)
