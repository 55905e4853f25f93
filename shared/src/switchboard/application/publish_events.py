"""From changes of the table to deliveries on the queue, one for each receiver that asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from switchboard.application.derive_events import concerns, derive_events
from switchboard.application.event_payloads import participant_of
from switchboard.domain.changes import Change, Changed, HandOffChanged, LineChanged, MessageChanged
from switchboard.domain.delivery import delivery_of
from switchboard.domain.events import Known
from switchboard.domain.ids import ChatId, OrganizationId, parse_chat_id, phone_of
from switchboard.domain.message import Direction, Message
from switchboard.domain.organization import Settings
from switchboard.domain.receiver import Receiver
from switchboard.domain.session import Account
from switchboard.ports.delivery_queue import DeliveryQueue
from switchboard.ports.inbox import Inbox
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.receiver_store import ReceiverStore
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class Publication:
    """Publishes one batch of changes; what it needs is read once an organization.

    Pushing is idempotent: the same change gives the same deliveries.

    Raises:
        DependencyUnavailable: the change has to come again.
    """

    receivers: ReceiverStore
    sessions: SessionStore
    inbox: Inbox
    organizations: OrganizationStore
    queue: DeliveryQueue
    _receivers: dict[OrganizationId, Sequence[Receiver]] = field(default_factory=dict)
    _accounts: dict[OrganizationId, Account] = field(default_factory=dict)
    _settings: dict[OrganizationId, Settings] = field(default_factory=dict)

    def __call__(self, change: Change) -> int:
        """Publish one change; how many deliveries that made."""
        organization_id = concerns(change)
        receivers = self._receivers_of(organization_id)
        if not receivers:
            return 0
        known = Known(
            self._account(change),
            self._sender(change),
            self._phones(change),
            self._metadata(organization_id),
        )
        deliveries = [
            delivery_of(event, known, receiver, f"{change.order}.{number:02d}")
            for number, event in enumerate(derive_events(change, known))
            for receiver in receivers
            if receiver.wants(event.name)
        ]
        for delivery in deliveries:
            self.queue.push(delivery)
        return len(deliveries)

    def _receivers_of(self, organization_id: OrganizationId) -> Sequence[Receiver]:
        if organization_id not in self._receivers:
            self._receivers[organization_id] = self.receivers.read(organization_id)
        return self._receivers[organization_id]

    def _account(self, change: Change) -> Account:
        if isinstance(change.changed, LineChanged):
            return change.changed.new.account
        organization_id = concerns(change)
        if organization_id not in self._accounts:
            session = self.sessions.read(organization_id)
            self._accounts[organization_id] = session.account if session else Account()
        return self._accounts[organization_id]

    def _metadata(self, organization_id: OrganizationId) -> Mapping[str, str]:
        if organization_id not in self._settings:
            organization = self.organizations.read(organization_id)
            self._settings[organization_id] = organization.settings if organization else Settings()
        return self._settings[organization_id].metadata

    def _sender(self, change: Change) -> str | None:
        """The phone of who wrote; None when nobody has learned it."""
        if not isinstance(change.changed, MessageChanged):
            return None
        message = change.changed.new
        if message.direction is Direction.OUTGOING:
            return None
        return self._phone(message)

    def _phone(self, message: Message) -> str | None:
        participant = participant_of(message)
        chat = parse_chat_id(participant, "participant") if participant else message.chat_id
        return phone_of(chat) or self._learned(message.organization_id, chat)

    def _phones(self, change: Change) -> dict[ChatId, str]:
        hidden = [chat for chat in _named(change.changed) if phone_of(chat) is None]
        learned = {chat: self._learned(concerns(change), chat) for chat in hidden}
        return {chat: phone for chat, phone in learned.items() if phone is not None}

    def _learned(self, organization_id: OrganizationId, chat: ChatId) -> str | None:
        contact = self.inbox.contact_at(organization_id, chat)
        return contact.phone if contact else None


def _named(changed: Changed) -> set[ChatId]:
    """Whom a change names beside the writer of a message."""
    match changed:
        case MessageChanged(old, new) if old is not None:
            fresh = (one for one in new.reactions if one not in old.reactions)
            return {one.author for one in fresh if not one.from_me}
        case HandOffChanged(new=new):
            return {new.chat_id}
    return set()
