"""What the organization's agent would say now, unless it has to be silent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from switchboard.domain.burst import is_settled, split, waits_since
from switchboard.domain.conversation import HISTORY_LENGTH, Contact, Conversation
from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.loop_breaker import LOOKED_BACK, is_looping
from switchboard.domain.organization import AgentKind, Organization
from switchboard.ports.agent import Agent, AgentReply, AgentRequest
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox
from switchboard.ports.message_store import MessageStore
from switchboard.ports.organization_store import OrganizationStore

BOT_LOOP = "bot_loop"
"""Hand-off reason: the other side seems to be a machine."""


@dataclass(frozen=True, slots=True)
class ProposeReply:
    """The guards before the agent: takeover, opt-out, `off`, lateness, and the loop breaker.

    Raises:
        DependencyUnavailable: a store or the embedded model did not answer.
    """

    organizations: OrganizationStore
    inbox: Inbox
    messages: MessageStore
    agent: Agent
    clock: Clock

    def __call__(self, claimed: Conversation, token: str) -> tuple[AgentReply, Contact]:
        """A reply to everything up to the claimed version, and the contact as read.

        `token` is the claim's: each claim's cost is counted by itself.
        """
        organization_id = claimed.organization_id
        organization = self.organizations.read(organization_id)
        contact = self.inbox.contact(organization_id, claimed.contact_id)
        if organization is None or contact is None:
            raise DependencyUnavailable("the conversation's contact cannot be read")
        if self._must_be_silent(organization, contact):
            return AgentReply(), contact
        reply = self._reply(claimed, token, organization, contact)
        return _with_notice(reply, organization), contact

    def _must_be_silent(self, organization: Organization, contact: Contact) -> bool:
        off = organization.settings.agent is AgentKind.OFF
        return off or not contact.hears_the_agent(self.clock.now())

    def _reply(
        self, claimed: Conversation, token: str, organization: Organization, contact: Contact
    ) -> AgentReply:
        now = self.clock.now()
        since = min(now - LOOKED_BACK, waits_since(claimed, now))
        recent = self.messages.recent(organization.id, contact.thread, HISTORY_LENGTH, since)
        before, burst = split(claimed, recent)
        if is_settled(burst, before, now):
            return AgentReply()
        if is_looping(recent, now):
            return AgentReply(hand_off=BOT_LOOP)
        request = AgentRequest(
            organization.id,
            contact.status,
            before,
            burst,
            self.organizations.knowledge(organization.id),
            organization.settings,
            turn=token,
        )
        return self.agent.answer(request)


def _with_notice(reply: AgentReply, organization: Organization) -> AgentReply:
    """A hand-off without words gets the organization's own sentence."""
    if reply.hand_off is None or reply.reply is not None:
        return reply
    return replace(reply, reply=organization.settings.hand_off_text.strip() or None)
