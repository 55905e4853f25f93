"""Store what a line's page saw: messages once, acks forward; never answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from switchboard.application.existing import existing
from switchboard.application.record_ack import RecordAck
from switchboard.application.record_afterwards import RecordAfterwards
from switchboard.domain.addresses import Addresses
from switchboard.domain.channel_events import AckSeen, MessageSeen
from switchboard.domain.conversation import HUMAN_TAKEOVER, STALE_AFTER, Contact, reply_delay
from switchboard.domain.ids import (
    MessageId,
    OrganizationId,
    conversation_id,
    is_group,
    parse_wa_hex,
)
from switchboard.domain.inbound import InboundEvent
from switchboard.domain.message import Direction, Message, MessageStatus, Source, message_position
from switchboard.domain.metric import Metric
from switchboard.domain.opt_out import Wish, wish_of
from switchboard.domain.session import Session
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.session_store import SessionStore
from switchboard.ports.timer_queue import TimerQueue

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceiveInbound:
    """One transaction puts de-duplication item, message, contact, conversation and version.

    A duplicate only re-sends the timer: a crash between the store and the timer must not lose
    the turn.

    Raises:
        NotFound: the event names an organization that does not exist (permanent).
        DependencyUnavailable: worth a redelivery.
    """

    sessions: SessionStore
    organizations: OrganizationStore
    inbox: Inbox
    messages: MessageStore
    timers: TimerQueue
    record_ack: RecordAck
    record_afterwards: RecordAfterwards
    clock: Clock
    metrics: Metrics
    new_message_id: Callable[[], MessageId]

    def __call__(self, event: InboundEvent) -> None:
        """Store one event; see the class."""
        session = existing(self.sessions, event.organization_id)
        self._note_stale_epoch(event, session)
        if isinstance(event.seen, AckSeen):
            self.record_ack(event.organization_id, event.seen)
        elif not isinstance(event.seen, MessageSeen):
            self.record_afterwards(event.organization_id, event.seen)
        elif event.seen.from_me:
            self._own(event, event.seen)
        else:
            self._incoming(event, event.seen)

    def _note_stale_epoch(self, event: InboundEvent, session: Session) -> None:
        """A former owner's message is still a message: it is kept, and said aloud."""
        if event.epoch < session.epoch:
            _log.warning(
                "inbound.event.stale_epoch",
                extra={"organization_id": event.organization_id, "epoch": event.epoch},
            )

    def _own(self, event: InboundEvent, seen: MessageSeen) -> None:
        """Ours are known by their pointer; any other own message was typed on the phone."""
        organization_id = event.organization_id
        if self._unwanted_group(organization_id, seen):
            return
        if self.messages.find(organization_id, parse_wa_hex(seen.wa_id)) is not None:
            if seen.ack:
                ack = AckSeen(seen.wa_id, seen.chat_id, seen.ack, self.clock.now())
                self.record_ack(organization_id, ack)
            return
        now = self.clock.now()
        contact = self.inbox.resolve(organization_id, _addresses(seen), now)
        message = self._message(contact, event, seen, now)
        self.inbox.record_own(contact, message, seen.at + HUMAN_TAKEOVER)

    def _incoming(self, event: InboundEvent, seen: MessageSeen) -> None:
        organization_id = event.organization_id
        if self._unwanted_group(organization_id, seen):
            return
        now = self.clock.now()
        contact = self.inbox.resolve(organization_id, _addresses(seen), now)
        message = self._message(contact, event, seen, now)
        stale = now - seen.at > STALE_AFTER
        wish = None if is_group(seen.chat_id) else wish_of(seen.body)
        answerable = not stale and not is_group(seen.chat_id) and wish is not Wish.OUT
        opted_out = None if wish is None else wish is Wish.OUT
        fresh = self.inbox.receive(contact, message, answerable=answerable, opted_out=opted_out)
        counted = Metric.MESSAGES_RECEIVED if fresh else Metric.DUPLICATES_RECEIVED
        self.metrics.put(counted, organization_id=organization_id)
        _log.info(
            "inbound.message.stored" if fresh else "inbound.message.duplicate",
            extra={
                "organization_id": organization_id,
                "conversation_id": message.conversation_id,
                "message_id": message.id,
                "correlation_id": message.correlation_id,
            },
        )
        self._arm(contact, now)

    def _unwanted_group(self, organization_id: OrganizationId, seen: MessageSeen) -> bool:
        if not is_group(seen.chat_id):
            return False
        organization = self.organizations.read(organization_id)
        return organization is None or not organization.settings.groups

    def _arm(self, contact: Contact, now: datetime) -> None:
        conversation = self.inbox.conversation(contact.organization_id, conversation_id(contact.id))
        if conversation is None or not conversation.unanswered:
            return
        delay = reply_delay(conversation.first_pending_at or now, now)
        self.timers.arm(contact.organization_id, conversation.id, conversation.in_version, delay)

    def _message(
        self, contact: Contact, event: InboundEvent, seen: MessageSeen, now: datetime
    ) -> Message:
        message_id = self.new_message_id()
        return Message(
            id=message_id,
            organization_id=contact.organization_id,
            conversation_id=conversation_id(contact.id),
            chat_id=contact.chat_id,
            content=seen.body,
            direction=Direction.OUTGOING if seen.from_me else Direction.INCOMING,
            source=Source.PHONE if seen.from_me else Source.CONTACT,
            status=MessageStatus.SENT if seen.from_me else MessageStatus.RECEIVED,
            created_at=now,
            position=message_position(seen.at, message_id),
            type=seen.type,
            whatsapp_message_id=seen.wa_id,
            wa_hex=parse_wa_hex(seen.wa_id),
            received_at=None if seen.from_me else seen.at,
            sent_at=seen.at if seen.from_me else None,
            correlation_id=event.correlation_id,
            backfill=seen.backfill,
        )


def _addresses(seen: MessageSeen) -> Addresses:
    name = None if seen.from_me else seen.push_name
    return Addresses(seen.chat_id, seen.phone, seen.lid, name)
