"""Mutations of what holds a message back: quiet hours."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from tests.simulation.mutant import Mutant
from tests.simulation.mutation import patched
from tests.simulation.promises.violation import Promise

from switchboard.application.hold_proactive import HoldProactive
from switchboard.domain.ids import OrganizationId


def _quiet_hours_ignored() -> AbstractContextManager[None]:
    return patched(HoldProactive, "__call__", lambda *_: None)


def _quiet_hours_never_end() -> AbstractContextManager[None]:
    def always(self: HoldProactive, organization_id: OrganizationId) -> datetime | None:
        organization = self.organizations.read(organization_id)
        quiet = organization is not None and organization.settings.quiet_hours is not None
        return self.clock.now() + timedelta(hours=1) if quiet else None

    return patched(HoldProactive, "until", always)


MUTANTS_OF_HOLDING = {
    "quiet_hours_ignored": Mutant(Promise.QUIET, _quiet_hours_ignored),
    "quiet_hours_never_end": Mutant(Promise.ENDS, _quiet_hours_never_end),
}
