"""Delete a line, and end its own keys at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from switchboard.application.want_session import WantSession
from switchboard.domain.errors import NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Wanted
from switchboard.ports.clock import Clock
from switchboard.ports.key_store import KeyStore

_PAGE = 100


@dataclass(frozen=True, slots=True)
class DeleteSession:
    """Idempotent; a repetition ends the keys that an earlier one did not come to.

    What the line stored stays, out of reach, until its name is used again: see `CreateSession`.
    """

    want_session: WantSession
    keys: KeyStore
    clock: Clock

    def __call__(self, organization_id: OrganizationId) -> None:
        """Delete one; a missing one is no error."""
        with suppress(NotFound):
            self.want_session(organization_id, Wanted.DELETED)
        cursor, more = None, True
        while more:
            page = self.keys.page(organization_id, cursor, _PAGE)
            for key in page.items:
                self.keys.revoke(organization_id, key.id, self.clock.now())
            cursor, more = page.cursor, page.cursor is not None
