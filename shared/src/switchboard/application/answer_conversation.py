"""Answer a burst with one reply, or hand it to a person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.application.outgoing import HAND_OFF_NOTICE, Draft, compose
from switchboard.domain.conversation import (
    ALLOWED_TRANSITIONS,
    HISTORY_LENGTH,
    QUIET,
    Contact,
    Conversation,
    is_overdue,
    reply_delay,
)
from switchboard.domain.errors import DependencyUnavailable, SwitchboardError
from switchboard.domain.ids import ConversationId, MessageId, OrganizationId, derive
from switchboard.domain.message import Source
from switchboard.domain.metric import Metric
from switchboard.domain.organization import AgentKind, Organization
from switchboard.ports.agent import Agent, AgentReply, AgentRequest
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.metrics import Metrics
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.timer_queue import TimerQueue
from switchboard.ports.turns import Commit, Turns

_log = logging.getLogger(__name__)
_RACES = 8
HAND_OFF_SILENCE = timedelta(hours=1)
"""After a hand-off the agent stays silent this long unless a person releases it earlier."""


class Outcome(StrEnum):
    """What became of a timer."""

    NOTHING_TO_ANSWER = "nothing_to_answer"
    STALE_TIMER = "stale_timer"
    BUSY = "busy"
    SILENT = "silent"
    DISCARDED = "discarded"
    ANSWERED = "answered"
    HANDED_OFF = "handed_off"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class AnswerConversation:
    """Claims the turn, asks the organization's agent, commits reply and version together.

    A draft is discarded at most once when the contact goes on writing; after that, or 15 s, the
    claimed version is committed and the timer re-armed for the rest.

    Raises:
        DependencyUnavailable: the agent or the store did not answer; the turn was given back.
    """

    organizations: OrganizationStore
    inbox: Inbox
    messages: MessageStore
    turns: Turns
    agents: Mapping[AgentKind, Agent]
    timers: TimerQueue
    send_queue: SendQueue
    clock: Clock
    metrics: Metrics
    patience: timedelta
    """How long a claim holds: the function's time-out plus 5 s."""

    def __call__(
        self, organization_id: OrganizationId, conversation_id: ConversationId, in_version: int
    ) -> Outcome:
        """Handle one timer; see the class."""
        outcome = self._handle(organization_id, conversation_id, in_version)
        self.metrics.put(Metric.ANSWERS, organization_id=organization_id, label=outcome)
        return outcome

    def _handle(
        self, organization_id: OrganizationId, conversation_id: ConversationId, in_version: int
    ) -> Outcome:
        now = self.clock.now()
        conversation = self.inbox.conversation(organization_id, conversation_id)
        if conversation is None or not conversation.unanswered:
            return Outcome.NOTHING_TO_ANSWER
        if in_version < conversation.in_version and not is_overdue(conversation, now):
            return Outcome.STALE_TIMER  # a newer message has its own timer
        token = derive("turn", conversation_id, in_version, now.isoformat())
        if not self.turns.claim(conversation, token, now, now + self.patience):
            self.timers.arm(organization_id, conversation_id, conversation.in_version, QUIET)
            return Outcome.BUSY
        return self._answer(conversation, token)

    def _answer(self, claimed: Conversation, token: str) -> Outcome:
        try:
            reply, contact = self._propose(claimed)
            outcome = self._commit(claimed, token, reply, contact)
        except SwitchboardError:
            self.turns.release(claimed, token)
            raise
        _log.info(
            "inbound.turn.finished",
            extra={
                "organization_id": claimed.organization_id,
                "conversation_id": claimed.id,
                "outcome": outcome.value,
            },
        )
        return outcome

    def _propose(self, conversation: Conversation) -> tuple[AgentReply, Contact]:
        organization_id = conversation.organization_id
        organization = self.organizations.read(organization_id)
        contact = self.inbox.contact(organization_id, conversation.contact_id)
        if organization is None or contact is None:
            raise DependencyUnavailable("the conversation's contact cannot be read")
        if self._must_be_silent(organization, contact):
            return AgentReply(), contact
        request = AgentRequest(
            organization_id,
            contact.status,
            self.messages.recent(organization_id, contact.thread, HISTORY_LENGTH),
            self.organizations.knowledge(organization_id),
        )
        reply = self.agents[organization.settings.agent].answer(request)
        return _with_notice(reply, organization), contact

    def _must_be_silent(self, organization: Organization, contact: Contact) -> bool:
        taken = contact.human_until is not None and contact.human_until > self.clock.now()
        return taken or contact.opted_out or organization.settings.agent is AgentKind.OFF

    def _commit(
        self, claimed: Conversation, token: str, reply: AgentReply, contact: Contact
    ) -> Outcome:
        for _ in range(_RACES):
            now = self.clock.now()
            current = self.inbox.conversation(claimed.organization_id, claimed.id)
            if current is None or current.answer_token != token:
                return Outcome.LOST
            if self._worth_another_try(claimed, current, now):
                return self._discard(current, token, now)
            commit = _commit_of(claimed, current, reply, contact, now)
            if self.turns.commit(current, token, commit, now):
                return self._after(current, commit, reply)
        raise DependencyUnavailable("the conversation is written to by too many at once")

    def _worth_another_try(
        self, claimed: Conversation, current: Conversation, now: datetime
    ) -> bool:
        moved = current.in_version > claimed.in_version
        return moved and not current.discarded and not is_overdue(current, now)

    def _discard(self, current: Conversation, token: str, now: datetime) -> Outcome:
        self.turns.discard(current, token)
        self._arm(current, now)
        return Outcome.DISCARDED

    def _after(self, current: Conversation, commit: Commit, reply: AgentReply) -> Outcome:
        if current.in_version > commit.answered_version:
            self.timers.arm(current.organization_id, current.id, current.in_version, QUIET)
        if commit.message is None:
            return Outcome.HANDED_OFF if reply.hand_off else Outcome.SILENT
        self._measure(current)
        try:
            self.send_queue.enqueue(current.organization_id, commit.message.id)
        except DependencyUnavailable:  # committed: the sweeper feeds it, a retry must not repeat it
            _log.warning("outbound.message.not_fed", extra={"message_id": commit.message.id})
        return Outcome.HANDED_OFF if reply.hand_off else Outcome.ANSWERED

    def _measure(self, answered: Conversation) -> None:
        now = self.clock.now()
        waited = now - (answered.first_pending_at or now)
        self.metrics.put(
            Metric.REPLY_TIME,
            round(waited.total_seconds() * 1000),
            organization_id=answered.organization_id,
        )

    def _arm(self, conversation: Conversation, now: datetime) -> None:
        delay = reply_delay(conversation.first_pending_at or now, now)
        version = conversation.in_version
        self.timers.arm(conversation.organization_id, conversation.id, version, delay)


def _with_notice(reply: AgentReply, organization: Organization) -> AgentReply:
    """A hand-off without words gets the organization's own sentence."""
    if reply.hand_off is None or reply.reply is not None:
        return reply
    notice = organization.settings.hand_off_text.strip() or None
    return AgentReply(notice, reply.contact_status, reply.hand_off)


def _commit_of(
    claimed: Conversation,
    current: Conversation,
    reply: AgentReply,
    contact: Contact,
    now: datetime,
) -> Commit:
    status = reply.contact_status
    if status is not None and status not in ALLOWED_TRANSITIONS[contact.status]:
        status = None
    human_until = now + HAND_OFF_SILENCE if reply.hand_off else None
    message = entry = None
    if reply.reply:
        message, entry = compose(current, _draft(claimed, reply), now)
    return Commit(claimed.in_version, message, entry, status, human_until)


def _draft(claimed: Conversation, reply: AgentReply) -> Draft:
    """The id is derived from the turn, so that no retry can make a second reply."""
    message_id = derive("reply", claimed.organization_id, claimed.id, claimed.in_version)
    return Draft(
        MessageId(message_id),
        reply.reply or "",
        Source.AGENT,
        HAND_OFF_NOTICE if reply.hand_off else Source.AGENT.value,
        correlation_id=message_id,
    )
