"""One line's login: restored before its first page, kept in snapshots, gone at its end."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from browser_host.build_gate import BuildGate
from browser_host.generations import Generations
from browser_host.profiles import worth
from browser_host.profiles.backend import backend_of
from browser_host.profiles.contents import Contents
from browser_host.profiles.copying import copy_closed, copy_live, fingerprint
from browser_host.profiles.disk import Disk, remove
from browser_host.profiles.local_storage import given, keep, owed
from browser_host.profiles.sealing import Sealing
from browser_host.unsealing import Unsealing
from browser_host.waiting import to_its_end
from switchboard.domain.errors import DependencyUnavailable, Ownership, SwitchboardError
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease
from switchboard.domain.snapshot import Builds, Snapshot
from switchboard.ports.blocking import Blocking
from switchboard.ports.channel_provider import LoginState
from switchboard.ports.metrics import Metrics

_log = logging.getLogger(__name__)
LEFT_HERE = "left_here"
"""Instead of a generation: the profile as the last page left it, or as a crash did."""
DOUBTED_AFTER = 2
"""Pages in a row that never got ready."""
_UNTOLD = LoginState(settled=True, local_storage={}, wa_js="unknown", whatsapp_web=None)


class Taken(Enum):
    """What came of a snapshot; a send that disturbs one is soon over."""

    PUBLISHED = auto()
    NOTHING_NEW = auto()
    DISTURBED = auto()
    FAILED = auto()


async def _no() -> bool:
    return False


@dataclass(slots=True)
class LineSnapshots:
    """Everything under one lease."""

    lease: Lease
    disk: Disk
    generations: Generations
    sealing: Sealing
    blocking: Blocking
    heavy: Blocking
    """Runs in a worker process."""
    metrics: Metrics
    new_id: Callable[[], str]
    may_write: Callable[[], bool]
    gate: BuildGate
    sending: Callable[[], bool] = lambda: False
    """Whether a send is under way: a page that holds one must not be restored, it would repeat."""
    repeats: Callable[[], Awaitable[bool]] = _no
    """Whether a page on what a former one left would send again what must not be sent twice."""
    stored: Contents | None = None
    """The newest generation, None while that is not known: then everything is stored again."""
    told: LoginState = _UNTOLD
    """What the last page told."""
    owed: Mapping[str, str] | None = None
    """localStorage that the next page has to be given, None when the profile's is good."""
    taken_of: int | None = None
    """Fingerprint of the profile at the last snapshot."""
    unproved: str | None = None
    """What lies on disk, while no page has been ready on it: a generation, or `LEFT_HERE`."""
    restored: str | None = None
    """The generation that it was, also after a page that was never ready worked on it."""
    linked: bool = False
    """Whether what lies on disk may be a login: a profile whose QR nobody scanned is none."""
    failed: int = 0
    """How many pages in a row never got ready on what lies on disk."""
    unusable: set[str] = field(default_factory=set)
    """Generations that were tried under this lease."""

    @property
    def profile(self) -> Path:
        """The browser's directory."""
        return self.disk.profile(self.lease.organization_id)

    async def restore(self) -> None:
        """Have the newest login on disk, or an empty profile when there is none.

        What lies here is the newest only when nobody held the line since we did; it makes way for
        what is stored when a page on it `repeats`.

        Raises:
            SnapshotRefused: there is a login, and this host's browser would wipe it.
            PageNeverReady: this host's browser does not tell its version.
            DependencyUnavailable: a store did not answer.
            OSError: the disk took no more; BlockingIOError: another process has the profile.
        """
        await self.blocking(self.disk.claim, self.profile)
        newest = worth.epoch_of(self.profile) in (self.lease.epoch, self.lease.epoch - 1)
        self.linked = self.linked or newest
        gives_way = not newest or (await self.repeats() and await self._has_stored())
        found = gives_way and await self._restore_newest()
        if newest and not found:
            self.unproved = LEFT_HERE
        elif not found:
            await self.blocking(remove, self.profile)
        await self.blocking(worth.mark_epoch, self.profile, self.lease.epoch)
        self.owed = await self.blocking(owed, self.profile)

    async def opened(self) -> None:
        """The page was given what was owed."""
        if self.owed is None:
            return
        self.owed = None
        try:
            await self.blocking(given, self.profile, time.time_ns())
        except OSError as error:  # a page that runs is worth more; the next snapshot notes it anew
            _log.warning("session.login.not_kept", extra={**self._keys(), "reason": str(error)})

    async def keep(self, told: LoginState) -> None:
        """Have what the page told beside the profile: the browser writes it there seconds late.

        Raises:
            OSError: the disk took no more.
        """
        self.told = told
        await self.blocking(keep, self.profile, told.local_storage, time.time_ns())

    def accepted(self) -> None:
        """A page is ready on what lies on disk."""
        self.unproved, self.restored, self.failed = None, None, 0
        self.linked = True
        self.gate.accepted(self.lease.organization_id)

    async def rejected(self, *, unreadable: bool = False) -> bool:
        """A page shows a QR: was it given a login that is none? Then the one before is next.

        Args:
            unreadable: the page says so itself, whatever was proved: a crash damaged its profile.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        self.unproved = self.unproved or (LEFT_HERE if unreadable else None)
        if self.unproved == LEFT_HERE and not await self._has_stored():
            self.unproved = None  # there is nothing else, and perhaps nobody has scanned yet
            if unreadable:
                worth.unmark(self.profile)  # the next page gets an empty one
        if self.unproved is None:
            self.linked = False
            return False
        if self.unproved != LEFT_HERE:
            self.gate.lost(self.lease.organization_id)
        self._make_way(self.unproved)
        return True

    async def never_ready(self) -> None:
        """No page gets ready on what lies on disk: the second one makes way for another login.

        Unlike a QR it proves nothing, the network may be away: the last login is not given up.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        tried = self.restored or self.unproved
        if tried is None:
            return
        self.failed += 1
        if self.failed >= DOUBTED_AFTER and await self._has_stored(besides=tried):
            self._make_way(tried)

    async def take(
        self,
        browser_pid: int | None,
        told: LoginState | None = None,
        undisturbed: Callable[[], bool] = lambda: True,
    ) -> Taken:
        """Store and publish the profile as it is; a failure leaves the last one published.

        Args:
            browser_pid: The running browser, None once it has exited.
            told: What the page told just now; None once it has gone.
            undisturbed: Asked after the copy: False when a send began meanwhile, whose message the
                copy may hold without its ack.

        Raises:
            Ownership: the line is another's: nothing was published.
        """
        try:
            if told is not None:
                await self.keep(told)
            return await self._take(browser_pid, undisturbed)
        except Ownership:
            raise
        except (OSError, SwitchboardError) as error:
            self._count(Metric.SNAPSHOTS_FAILED)
            _log.warning("session.snapshot.failed", extra={**self._keys(), "reason": str(error)})
            return Taken.FAILED

    async def forget(self) -> None:
        """The login is worthless: no owner shall restore it."""
        self.stored = self.taken_of = self.unproved = self.restored = None
        self.linked = False
        await self.blocking(remove, self.profile)
        await self.generations.withdraw()

    async def leave(self) -> None:
        """No readable login stays on disk, unless it is the only one; a dead host's goes later."""
        self.gate.left(self.lease.organization_id)
        try:
            session = await self.generations.line()
            worthless = worth.is_worthless(session, self.lease.epoch, worth.TAKEN_AGAIN_WITHIN)
            if self.profile in self.disk.claimed and (worthless or not self.linked):
                await self.blocking(remove, self.profile)
        finally:
            self.disk.release(self.profile)

    async def _take(self, browser_pid: int | None, undisturbed: Callable[[], bool]) -> Taken:
        now = await self.blocking(fingerprint, self.profile, self.told.local_storage)
        if now == self.taken_of or not self.profile.exists():
            return Taken.NOTHING_NEW
        snapshot = Snapshot(self.lease.organization_id, self.lease.epoch, self.new_id())
        stored = await self._store(snapshot, browser_pid, undisturbed)
        if stored is None:
            return Taken.DISTURBED
        await self._publish(snapshot, stored)
        self.taken_of = now
        return Taken.PUBLISHED

    async def _store(
        self, snapshot: Snapshot, browser_pid: int | None, undisturbed: Callable[[], bool]
    ) -> Contents | None:
        """Copy and store; None when a send began meanwhile: the copy may hold it."""
        with self.disk.scratch() as folder:
            copy = folder / "profile"
            if browser_pid is None:
                await to_its_end(self.blocking, copy_closed, self.profile, copy)
            else:
                await to_its_end(self.blocking, copy_live, self.profile, copy, browser_pid)
            if not undisturbed():
                return None
            chromium, backend = await self.gate.chromium(), await self.blocking(backend_of, copy)
            builds = Builds(chromium, backend, self.told.wa_js, self.told.whatsapp_web)
            return await self.heavy(self.sealing.seal, snapshot, copy, builds, self.stored)

    async def _publish(self, snapshot: Snapshot, stored: Contents) -> None:
        if not self.may_write():
            raise DependencyUnavailable("this host could not renew its heartbeat in time")
        full = self.stored is None or self.stored.full_at != stored.full_at
        generation, packs = snapshot.generation, stored.packs
        await self.generations.publish(generation, packs, self.unusable, full=full)
        self.stored = stored
        self._count(Metric.SNAPSHOTS_PUBLISHED)
        self._count(Metric.SNAPSHOT_SIZE, packs[generation])
        keys = {**self._keys(), "bytes": packs[generation], "packs": len(packs)}
        _log.info("session.snapshot.published", extra=keys)

    async def _has_stored(self, besides: str | None = None) -> bool:
        return not {*self.unusable, besides}.issuperset(await self.generations.published())

    def _make_way(self, tried: str) -> None:
        """What was tried is not tried again."""
        _log.error("session.snapshot.rejected", extra={**self._keys(), "reason": tried})
        if tried != LEFT_HERE:
            self._count(Metric.SNAPSHOTS_UNUSABLE)
            self.unusable.add(tried)
            self.gate.left(self.lease.organization_id)
        self.unproved, self.restored, self.failed = None, None, 0
        worth.unmark(self.profile)

    async def _restore_newest(self) -> bool:
        """Have the newest generation on disk that is whole and not known to be no login, if any."""
        self.stored = self.taken_of = self.unproved = self.restored = None
        unseal = Unsealing(
            self.lease, self.disk, self.sealing, self.gate, self.metrics, self.blocking, self.heavy
        )
        published = await self.generations.published()
        found = await unseal.newest(published, self.unusable)
        if found is not None:
            self.restored, self.stored = found
            self.unproved = self.restored
            self.generations.needs[self.restored] = frozenset(self.stored.packs)
        elif published:
            _log.error("session.snapshot.none_usable", extra=self._keys())
        return found is not None

    def _count(self, metric: Metric, value: float = 1) -> None:
        self.metrics.put(metric, value, organization_id=self.lease.organization_id)

    def _keys(self) -> dict[str, object]:
        return {"organization_id": self.lease.organization_id, "epoch": self.lease.epoch}
