"""Mutations of what keeps a message from going: expiry, takeover, cancellation, quiet hours."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.mutant import Mutant
from tests.simulation.mutation import patched
from tests.simulation.promises.violation import Promise

from switchboard.adapters.memory.inbox import MemoryInbox
from switchboard.adapters.memory.outbox import MemoryOutbox
from switchboard.application.backlog import Backlog
from switchboard.application.hold_proactive import HoldProactive
from switchboard.application.last_check import LastCheck
from switchboard.domain.conversation import Contact
from switchboard.domain.ids import MessageId, OrganizationId
from switchboard.domain.outbox import EntryState, OutboxEntry


def _ends_what_may_have_left() -> AbstractContextManager[None]:
    check = LastCheck.__call__

    async def forgetful(self: LastCheck, backlog: Backlog, entry: OutboxEntry) -> Any:
        return await check(self, backlog, replace(entry, recoveries=0))

    return patched(LastCheck, "__call__", forgetful)


def _cancels_what_may_have_left() -> AbstractContextManager[None]:
    def cancel(self: MemoryOutbox, organization_id: OrganizationId, message_id: MessageId) -> bool:
        stored = self.read(organization_id, message_id)
        if stored is None or stored.state is EntryState.SENDING:
            return False
        return self.remove(stored)

    return patched(MemoryOutbox, "cancel", cancel)


def _quiet_hours_ignored() -> AbstractContextManager[None]:
    return patched(HoldProactive, "__call__", lambda *_: None)


def _quiet_hours_never_end() -> AbstractContextManager[None]:
    def always(self: HoldProactive, organization_id: OrganizationId) -> datetime | None:
        organization = self.organizations.read(organization_id)
        quiet = organization is not None and organization.settings.quiet_hours is not None
        return self.clock.now() + timedelta(hours=1) if quiet else None

    return patched(HoldProactive, "until", always)


def _opt_out_ignored() -> AbstractContextManager[None]:
    contact_at = MemoryInbox.contact_at

    def willing(self: MemoryInbox, *address: Any) -> Contact | None:
        contact = contact_at(self, *address)
        return contact and replace(contact, opted_out=False)

    return patched(MemoryInbox, "contact_at", willing)


MUTANTS_OF_HOLDING = {
    "opt_out_ignored": Mutant(Promise.OPTED_OUT, _opt_out_ignored),
    "ends_what_may_have_left": Mutant(Promise.NEVER_LEFT, _ends_what_may_have_left),
    "cancels_what_may_have_left": Mutant(Promise.NEVER_LEFT, _cancels_what_may_have_left),
    "quiet_hours_ignored": Mutant(Promise.QUIET, _quiet_hours_ignored),
    "quiet_hours_never_end": Mutant(Promise.ENDS, _quiet_hours_never_end),
}
