"""Start a line from an earlier snapshot of its login."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.errors import Conflict, NotFound
from switchboard.domain.ids import OrganizationId
from switchboard.domain.session import Session
from switchboard.ports.clock import Clock
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class RollBackLogin:
    """The chosen generation becomes the first that the next owner tries.

    Nothing is deleted: newer generations are tried last, and go as further ones are published.

    Raises:
        NotFound: no such line or generation.
        Conflict: a host holds the line, or there is nothing to go back to.
    """

    sessions: SessionStore
    clock: Clock

    def __call__(self, organization_id: OrganizationId, generation: str | None) -> Session:
        """Roll back; None takes the generation before the newest."""
        session = existing(self.sessions, organization_id)
        chosen = _from(session.snapshots, generation)
        if session.owner is not None:
            raise Conflict(f"host {session.owner} holds the line: stop it first")
        now = self.clock.now()
        if not self.sessions.roll_back(organization_id, session.epoch, chosen, now):
            raise Conflict("a host took the line meanwhile: stop it first")
        return self.sessions.read(organization_id) or session


def _from(published: Sequence[str], generation: str | None) -> list[str]:
    """The published generations in the order in which they are to be tried."""
    if generation is None and len(published) < 2:  # noqa: PLR2004 - the newest and one before
        raise Conflict(f"there is none to go back to: published are {len(published)}")
    wanted = published[1] if generation is None else generation
    if wanted not in published:
        raise NotFound(f"snapshot {wanted}")
    place = published.index(wanted)
    return [*published[place:], *published[:place]]
