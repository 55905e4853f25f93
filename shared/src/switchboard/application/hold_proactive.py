"""Holds back, in an organization's quiet hours, what nobody waits for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchboard.domain.ids import OrganizationId
from switchboard.domain.message import Source
from switchboard.domain.outbox import OutboxEntry
from switchboard.domain.quiet_hours import PROACTIVE_AFTER
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.organization_store import OrganizationStore


@dataclass(frozen=True, slots=True)
class HoldProactive:
    """Looked at just before the send: a backlog may carry a message into the quiet hours.

    Answers, and what an operator writes by hand, are never held.
    """

    organizations: OrganizationStore
    inbox: Inbox
    clock: Clock

    def __call__(self, entry: OutboxEntry) -> datetime | None:
        """When the entry may go; None when it may go now."""
        if entry.source != Source.API:
            return None
        until = self.until(entry.organization_id)
        if until is None or self._is_awaited(entry):
            return None
        return until

    def until(self, organization_id: OrganizationId) -> datetime | None:
        """When the quiet hours that hold now end; None when none do."""
        organization = self.organizations.read(organization_id)
        hours = organization.settings.quiet_hours if organization is not None else None
        return hours.until(self.clock.now()) if hours is not None else None

    def _is_awaited(self, entry: OutboxEntry) -> bool:
        """The contact wrote lately: the message is a part of a conversation."""
        conversation = self.inbox.conversation(entry.organization_id, entry.conversation_id)
        heard_at = conversation.heard_at if conversation is not None else None
        return heard_at is not None and self.clock.now() - heard_at < PROACTIVE_AFTER
