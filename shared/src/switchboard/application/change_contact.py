"""Change what an organization knows of a contact."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from switchboard.application.list_contacts import ReadContact
from switchboard.domain.conversation import ALLOWED_TRANSITIONS, Contact, ContactStatus
from switchboard.domain.errors import Conflict
from switchboard.domain.ids import ChatId, OrganizationId
from switchboard.ports.clock import Clock
from switchboard.ports.inbox import Inbox

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ContactChange:
    """None leaves a value as it is."""

    status: ContactStatus | None = None
    opted_out: bool | None = None


@dataclass(frozen=True, slots=True)
class ChangeContact:
    """Moves a status along the allowed transitions; opting out stops every later send.

    Raises:
        NotFound: no such organization, or nobody behind the address.
        Conflict: the status may not follow the present one, or somebody else has just moved it.
    """

    read_contact: ReadContact
    inbox: Inbox
    clock: Clock

    def __call__(
        self, organization_id: OrganizationId, chat_id: ChatId, change: ContactChange
    ) -> Contact:
        """Change, and read again."""
        contact = self.read_contact(organization_id, chat_id)
        if change.status is not None and change.status is not contact.status:
            self._move(contact, change.status)
        if change.opted_out is not None:
            self.inbox.set_opted_out(contact, self.clock.now(), opted_out=change.opted_out)
            keys = {"organization_id": organization_id, "outcome": change.opted_out}
            _log.info("contact.opted_out", extra=keys)
        return self.read_contact(organization_id, chat_id)

    def _move(self, contact: Contact, status: ContactStatus) -> None:
        if status not in ALLOWED_TRANSITIONS[contact.status]:
            raise Conflict(f"a contact does not go from {contact.status} to {status}")
        if not self.inbox.set_contact_status(contact, status):
            raise Conflict("the contact's status has just been changed by somebody else")
