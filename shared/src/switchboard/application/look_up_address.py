"""Find a LID's phone, or a phone's LID."""

from __future__ import annotations

import json
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.application.run_command import RunCommand
from switchboard.domain.command import CommandKind
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.ports.channel_provider import KnownAddress
from switchboard.ports.inbox import Inbox
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class LookUpAddress:
    """What is stored answers without a page; the rest only WhatsApp knows.

    Raises:
        NotFound: no such organization.
        Conflict: not stored, and the line does not run.
        NoAnswer: the page did not answer in time.
    """

    sessions: SessionStore
    inbox: Inbox
    run_command: RunCommand

    def __call__(self, organization_id: OrganizationId, chat_id: ChatId) -> KnownAddress:
        """Look one up."""
        existing(self.sessions, organization_id)
        contact = self.inbox.contact_at(organization_id, chat_id)
        if contact is not None and contact.phone and contact.lid:
            return KnownAddress(exists=True, phone=contact.phone, lid=contact.lid)
        answer = self.run_command(organization_id, CommandKind.LOOK_UP, chat_id)
        return KnownAddress(**json.loads(answer))
