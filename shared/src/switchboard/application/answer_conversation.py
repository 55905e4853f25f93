"""Answer a burst with one reply, or hand it to a person."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.application.outgoing import HAND_OFF_NOTICE, Draft, compose
from switchboard.application.propose_reply import ProposeReply
from switchboard.application.report_turn import ReportTurn
from switchboard.domain.conversation import (
    ALLOWED_TRANSITIONS,
    QUIET,
    Contact,
    Conversation,
    is_overdue,
    reply_delay,
)
from switchboard.domain.errors import DependencyUnavailable, SwitchboardError
from switchboard.domain.ids import (
    ConversationId,
    MessageId,
    OrganizationId,
    conversation_id,
    derive,
)
from switchboard.domain.message import Source
from switchboard.domain.metric import Metric
from switchboard.ports.agent import AgentReply
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.metrics import Metrics
from switchboard.ports.send_queue import SendQueue
from switchboard.ports.timer_queue import TimerQueue
from switchboard.ports.turns import Commit, Turns

_log = logging.getLogger(__name__)
_RACES = 8
"""Others may write to the conversation while it is answered: what was read is read again."""
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

    inbox: Inbox
    turns: Turns
    propose: ProposeReply
    report: ReportTurn
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
            self._follow(conversation, now)
            return Outcome.NOTHING_TO_ANSWER
        if in_version < conversation.in_version and not is_overdue(conversation, now):
            return Outcome.STALE_TIMER  # a newer message has its own timer
        if (early := _time_to_quiet(conversation, now)) > timedelta():
            version = conversation.in_version
            self.timers.arm(organization_id, conversation_id, version, early)
            return Outcome.STALE_TIMER
        token = derive("turn", conversation_id, in_version, now.isoformat())
        if not self.turns.claim(conversation, token, now, now + self.patience):
            self.timers.arm(organization_id, conversation_id, conversation.in_version, QUIET)
            return Outcome.BUSY
        return self._answer(conversation, token)

    def _answer(self, claimed: Conversation, token: str) -> Outcome:
        try:
            reply, contact = self.propose(claimed, token)
            self.report.spent(claimed.organization_id, reply)
            outcome = self._commit(claimed, token, reply, contact)
        except SwitchboardError:
            self.turns.release(claimed, token)
            raise
        _log.info(
            "inbound.turn.finished",
            extra={
                "organization_id": claimed.organization_id,
                "conversation_id": claimed.id,
                "correlation_id": claimed.correlation_id,
                "outcome": outcome.value,
            },
        )
        return outcome

    def _commit(
        self, claimed: Conversation, token: str, reply: AgentReply, contact: Contact
    ) -> Outcome:
        for _ in range(_RACES):
            now = self.clock.now()
            current = self.inbox.conversation(claimed.organization_id, claimed.id)
            if current is None or current.answer_token != token:
                self._follow(current, now)
                return Outcome.LOST
            if self._worth_another_try(claimed, current, now):
                return self._discard(current, token, now)
            stored = self.inbox.contact(current.organization_id, current.contact_id) or contact
            allowed = _allowed(reply, contact, stored, now)
            commit = _commit_of(claimed, current, allowed, stored, now)
            if self.turns.commit(current, token, commit, now):
                return self._after(current, commit, allowed)
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
        self.report(current, reply)
        if commit.message is None:
            return Outcome.HANDED_OFF if reply.hand_off else Outcome.SILENT
        try:
            self.send_queue.enqueue(current.organization_id, commit.message.id)
        except DependencyUnavailable:  # committed: the sweeper feeds it, a retry must not repeat it
            _log.warning("outbound.message.not_fed", extra={"message_id": commit.message.id})
        return Outcome.HANDED_OFF if reply.hand_off else Outcome.ANSWERED

    def _follow(self, conversation: Conversation | None, now: datetime) -> None:
        """What waited in a merged conversation waits in the one that goes on, without a timer."""
        if conversation is None or not conversation.merged:
            return
        organization_id = conversation.organization_id
        person = self.inbox.contact(organization_id, conversation.contact_id)
        if person is None:
            return
        going_on = self.inbox.conversation(organization_id, conversation_id(person.id))
        if going_on is not None and going_on.unanswered:
            self._arm(going_on, now)

    def _arm(self, conversation: Conversation, now: datetime) -> None:
        delay = reply_delay(conversation.first_pending_at or now, now)
        version = conversation.in_version
        self.timers.arm(conversation.organization_id, conversation.id, version, delay)


def _time_to_quiet(conversation: Conversation, now: datetime) -> timedelta:
    """A timer armed for a burst that was answered meanwhile is early for what came after it."""
    return (conversation.first_pending_at or now) + QUIET - now


def _allowed(reply: AgentReply, read: Contact, stored: Contact, now: datetime) -> AgentReply:
    """What is left of a proposal after what a person, or the contact, did during the turn."""
    if not stored.hears_the_agent(now):
        return replace(reply, reply=None, contact_status=None, hand_off=None)
    status = reply.contact_status
    if stored.status is not read.status or status not in ALLOWED_TRANSITIONS[stored.status]:
        return replace(reply, contact_status=None)
    return reply


def _commit_of(
    claimed: Conversation,
    current: Conversation,
    reply: AgentReply,
    contact: Contact,
    now: datetime,
) -> Commit:
    human_until = now + HAND_OFF_SILENCE if reply.hand_off else None
    message = entry = None
    if reply.reply:
        message, entry = compose(current, _draft(claimed, reply), now)
    return Commit(
        claimed.in_version,
        message,
        entry,
        reply.contact_status,
        human_until,
        reply.hand_off,
        contact if reply.contact_status or reply.hand_off else None,
    )


def _draft(claimed: Conversation, reply: AgentReply) -> Draft:
    """The id is derived from the turn, so that no retry can make a second reply."""
    message_id = derive("reply", claimed.organization_id, claimed.id, claimed.in_version)
    return Draft(
        MessageId(message_id),
        reply.reply or "",
        Source.AGENT,
        HAND_OFF_NOTICE if reply.hand_off else Source.AGENT.value,
        correlation_id=claimed.correlation_id or message_id,
    )
