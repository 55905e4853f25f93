"""Messages that failed: list them, and send them again when a person says so."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.errors import Conflict, DependencyUnavailable, NotFound
from switchboard.domain.failed_entry import FOR_A_PERSON, FailedEntry, fresh
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.message import Message, MessageStatus
from switchboard.domain.page import Page
from switchboard.ports.clock import Clock
from switchboard.ports.failed_entries import FailedEntries
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)
_RACES = 8
"""As for an accepted message: others may write to the conversation at the same time."""


@dataclass(frozen=True, slots=True)
class ListFailedMessages:
    """What ended FAILED or UNCONFIRMED and was neither redriven nor lifted by a late ack.

    Raises:
        NotFound: no such organization.
        InvalidInput: a cursor that this listing did not give.
    """

    sessions: SessionStore
    failed: FailedEntries

    def __call__(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[FailedEntry]:
        """One page, the last accepted first."""
        existing(self.sessions, organization_id)
        return self.failed.page(organization_id, cursor, limit)


@dataclass(frozen=True, slots=True)
class RedriveMessage:
    """The failed message is queued again under its own ids, last in its conversation.

    It goes the way of every other message from there: dispatcher, limits, opt-out and expiry.
    Asking twice queues it once. An UNCONFIRMED one may have reached the contact, so it is sent
    again only when the caller says so.

    Raises:
        NotFound: no such organization or message.
        Conflict: it did not fail, or is UNCONFIRMED and the caller did not say so.
    """

    sessions: SessionStore
    inbox: Inbox
    messages: MessageStore
    failed: FailedEntries
    send_queue: SendQueue
    clock: Clock

    def __call__(
        self, organization_id: OrganizationId, message_id: MessageId, *, unconfirmed: bool = False
    ) -> Message:
        """Redrive one message; the answer is the message as it is stored then."""
        existing(self.sessions, organization_id)
        for _ in range(_RACES):
            message = self.messages.read(organization_id, message_id)
            if message is None:
                raise NotFound("message")
            if message.status is MessageStatus.QUEUED:
                self._feed(message)
                return message
            _check_status(message, unconfirmed=unconfirmed)
            self._put_back(message)
        raise DependencyUnavailable("the conversation is written to by too many requests at once")

    def _put_back(self, message: Message) -> None:
        organization_id = message.organization_id
        failed = self.failed.read(message)
        conversation = self.inbox.conversation(organization_id, message.conversation_id)
        if failed is None or conversation is None:
            raise Conflict("the message is not kept for another try")
        entry = fresh(failed, conversation.next_seq, self.clock.now())
        if self.failed.redrive(failed, message, conversation, entry):
            keys = {"organization_id": organization_id, "message_id": message.id}
            _log.info("outbound.message.redriven", extra={**keys, "outcome": failed.status.value})

    def _feed(self, message: Message) -> None:
        """A lost hint is the sweeper's; a repeated one does no harm."""
        try:
            self.send_queue.enqueue(message.organization_id, message.id)
        except DependencyUnavailable:
            keys = {"organization_id": message.organization_id, "message_id": message.id}
            _log.warning("outbound.message.not_fed", extra=keys)


def _check_status(message: Message, *, unconfirmed: bool) -> None:
    if message.status not in FOR_A_PERSON:
        raise Conflict(f"the message is {message.status}: only a failed one is sent again")
    if message.status is MessageStatus.UNCONFIRMED and not unconfirmed:
        raise Conflict(
            "the message is UNCONFIRMED and may have reached the contact: "
            "send `unconfirmed: true` to send it again all the same"
        )
