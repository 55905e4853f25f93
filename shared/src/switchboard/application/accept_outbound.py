"""Accept a message to send: durable before the caller hears yes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.existing import existing
from switchboard.application.outgoing import Draft, compose
from switchboard.domain.addresses import Addresses
from switchboard.domain.conversation import HUMAN_TAKEOVER
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import ChatId, MessageId, OrganizationId, derive, phone_of
from switchboard.domain.message import Message, Source
from switchboard.domain.metric import Metric
from switchboard.domain.outbox import Priority
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.outbox import Accepted, Outbox
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)
_RACES = 8
"""Two writers to one conversation collide on its sequence number; the loser reads it again."""


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    """A text for a chat; values are parsed already."""

    organization_id: OrganizationId
    chat_id: ChatId
    text: str
    source: Source = Source.API
    priority: Priority = Priority.NORMAL
    idempotency_key: str | None = None
    correlation_id: str | None = None
    send_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AcceptedMessage:
    """The stored message; `duplicate` when an earlier request with the same key stored it."""

    message: Message
    duplicate: bool


@dataclass(frozen=True, slots=True)
class AcceptOutbound:
    """Writes message, pointers and outbox entry in one transaction, then feeds the send-queue.

    A stopped line queues. When the queue cannot be fed the message is kept all the same: the
    sweeper finds the PENDING entry within about a minute.

    Raises:
        NotFound: no such organization, or deleted.
        Conflict: the Idempotency-Key was used with another body.
    """

    sessions: SessionStore
    inbox: Inbox
    outbox: Outbox
    messages: MessageStore
    send_queue: SendQueue
    clock: Clock
    metrics: Metrics
    new_message_id: Callable[[], MessageId]

    def __call__(self, request: AcceptRequest) -> AcceptedMessage:
        """Accept one message; see the class."""
        existing(self.sessions, request.organization_id)
        message, accepted = self._store(request)
        if accepted.duplicate:
            stored = self.messages.read(request.organization_id, accepted.message_id)
            return AcceptedMessage(stored or message, duplicate=True)
        self._take_over(message)
        self.metrics.put(Metric.MESSAGES_ACCEPTED, organization_id=message.organization_id)
        self._feed(message)
        return AcceptedMessage(message, duplicate=False)

    def _take_over(self, message: Message) -> None:
        """An operator who writes by hand is there, and has the conversation for a while.

        A longer takeover stays.
        """
        if message.source is not Source.CONSOLE:
            return
        contact = self.inbox.contact_at(message.organization_id, message.chat_id)
        if contact is None:
            return
        until = message.created_at + HUMAN_TAKEOVER
        self.inbox.set_human_until(contact, max(until, contact.human_until or until))

    def _store(self, request: AcceptRequest) -> tuple[Message, Accepted]:
        draft = Draft(
            self._id(request),
            request.text,
            request.source,
            request.source.value,
            request.priority,
            request.correlation_id,
            request.send_at,
            request.expires_at,
        )
        lid = request.chat_id if request.chat_id.endswith("@lid") else None
        addresses = Addresses(request.chat_id, phone_of(request.chat_id), lid)
        moments = (str(request.send_at), str(request.expires_at))
        request_hash = derive(request.chat_id, request.text, request.priority, *moments)
        for _ in range(_RACES):
            now = self.clock.now()
            contact = self.inbox.resolve(request.organization_id, addresses, now)
            conversation = self.inbox.open_conversation(contact, now)
            message, entry = compose(conversation, draft, now)
            accepted = self.outbox.accept(conversation, message, entry, request_hash)
            if accepted is not None:
                return message, accepted
        raise DependencyUnavailable("the conversation is written to by too many requests at once")

    def _id(self, request: AcceptRequest) -> MessageId:
        if request.idempotency_key is None:
            return self.new_message_id()
        return MessageId(derive("key", request.organization_id, request.idempotency_key))

    def _feed(self, message: Message) -> None:
        keys = {"organization_id": message.organization_id, "message_id": message.id}
        try:
            self.send_queue.enqueue(message.organization_id, message.id)
        except DependencyUnavailable:
            _log.warning("outbound.message.not_fed", extra=keys)
        else:
            _log.info("outbound.message.accepted", extra=keys)
