"""The published generations of one line's login, and the packs that they share."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.session import Lease, Session
from switchboard.domain.snapshot import KEPT_GENERATIONS, snapshot_of
from switchboard.ports.blocking import Blocking
from switchboard.ports.session_store import SessionStore
from switchboard.ports.snapshot_store import SnapshotStore

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Generations:
    """Under one lease; a pack goes only when none of the kept generations needs it.

    What a generation needs is known of those that this owner restored or stored: a manifest in the
    store may be damaged. Until all kept ones are known, nothing is deleted.
    """

    lease: Lease
    sessions: SessionStore
    store: SnapshotStore
    blocking: Blocking
    heavy: Blocking
    needs: dict[str, frozenset[str]] = field(default_factory=dict)
    """Packs by generation, as far as they are known."""
    littered: bool = True
    """Whether packs may be stored that nobody needs, and that are not known."""

    async def published(self) -> tuple[str, ...]:
        """Their names, the newest first."""
        session = await self.line()
        return session.snapshots if session is not None else ()

    async def line(self) -> Session | None:
        """The line as stored."""
        return await self.blocking(self.sessions.read, self.lease.organization_id)

    async def publish(
        self, generation: str, packs: Iterable[str], unusable: Collection[str], *, full: bool
    ) -> None:
        """Name a stored generation, then delete what none of the kept ones needs.

        Args:
            generation: the new one.
            packs: what it needs.
            unusable: generations that shall not be kept.
            full: after one that needs no older pack everything stored is looked through, so that
                nothing stays for good that a crash left behind.

        Conditional on: owner and epoch being the lease's.

        Raises:
            Ownership: the line is another's: nothing was published and nothing deleted.
        """
        before = await self.published()
        usable = [each for each in before if each not in unusable]
        kept = [generation, *usable][:KEPT_GENERATIONS]
        await self.blocking(self.sessions.publish, self.lease, kept)
        self.needs[generation] = frozenset(packs)
        self.littered = self.littered or full
        with suppress(DependencyUnavailable):  # the next one makes up for it
            await self._tidy(kept, [each for each in before if each not in kept])

    async def withdraw(self) -> None:
        """Publish none any more and delete them all."""
        await self.blocking(self.sessions.publish, self.lease, ())
        with suppress(DependencyUnavailable):  # published nowhere: worthless, and encrypted
            await self._dispose(set())

    async def _tidy(self, kept: Sequence[str], dropped: Sequence[str]) -> None:
        if not self.needs.keys() >= set(kept):
            return
        keep = set(kept).union(*[self.needs[each] for each in kept])
        if self.littered:
            await self._dispose(keep)
            self.littered = False
            return
        gone = set(dropped).union(*[self.needs[each] for each in dropped]) - keep
        self.littered = True  # unless all of it goes
        for generation in gone:
            snapshot = snapshot_of(self.lease.organization_id, generation)
            await self.heavy(self.store.delete, snapshot)
        self.littered = False

    async def _dispose(self, keep: set[str]) -> None:
        organization_id, epoch = self.lease.organization_id, self.lease.epoch
        gone = await self.heavy(self.store.dispose, organization_id, keep, epoch)
        keys = {"organization_id": organization_id, "epoch": epoch}
        _log.info("session.snapshot.disposed", extra={**keys, "count": gone})
