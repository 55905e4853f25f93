"""One line's login: restored before its first page, kept in snapshots, gone at its end."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from browser_host.profiles.copying import copy_closed, copy_live, files_of
from browser_host.profiles.leveldb import Damaged
from browser_host.profiles.sealing import Sealing
from switchboard.domain.errors import (
    Conflict,
    DependencyUnavailable,
    Ownership,
    SnapshotUnusable,
    SwitchboardError,
)
from switchboard.domain.metric import Metric
from switchboard.domain.session import Lease
from switchboard.domain.snapshot import KEPT_GENERATIONS, Snapshot, snapshot_of
from switchboard.ports.blocking import Blocking
from switchboard.ports.metrics import Metrics
from switchboard.ports.session_store import SessionStore

_log = logging.getLogger(__name__)
_EPOCH_FILE = "switchboard-epoch"


@dataclass(slots=True)
class LineSnapshots:
    """Everything under one lease."""

    lease: Lease
    profile: Path
    sessions: SessionStore
    sealing: Sealing
    blocking: Blocking
    heavy: Blocking
    """Runs in a worker process."""
    metrics: Metrics
    new_id: Callable[[], str]
    may_write: Callable[[], bool]
    taken_of: int | None = None
    """Fingerprint of the profile at the last snapshot."""

    async def restore(self) -> None:
        """Have the newest login on disk, or an empty profile when there is none.

        What lies here is the newest only when nobody held the line since we did.

        Raises:
            DependencyUnavailable: a store did not answer.
        """
        if _epoch_of(self.profile) not in (self.lease.epoch, self.lease.epoch - 1):
            await self.blocking(shutil.rmtree, self.profile, ignore_errors=True)
            for generation in await self._published():
                if await self._restored(snapshot_of(self.lease.organization_id, generation)):
                    break
        self.profile.mkdir(parents=True, exist_ok=True)
        (self.profile / _EPOCH_FILE).write_text(str(self.lease.epoch))

    async def take(
        self, browser_pid: int | None, undisturbed: Callable[[], bool] = lambda: True
    ) -> None:
        """Store and publish the profile as it is; a failure leaves the last one published.

        Args:
            browser_pid: The running browser, None once it has exited.
            undisturbed: Asked after the copy: False when a send began meanwhile, whose message the
                copy may hold without its ack.

        Raises:
            Ownership: the line is another's: nothing was published.
        """
        fingerprint = await self.blocking(_fingerprint, self.profile)
        if fingerprint == self.taken_of:
            return
        snapshot = Snapshot(self.lease.organization_id, self.lease.epoch, self.new_id())
        try:
            size = await self._store(snapshot, browser_pid, undisturbed)
            await self._publish(snapshot)
        except Ownership:
            raise
        except (Damaged, OSError, SwitchboardError) as error:
            self._count(Metric.SNAPSHOTS_FAILED)
            _log.warning("session.snapshot.failed", extra={**self._keys(), "reason": str(error)})
            return
        self.taken_of = fingerprint
        self._count(Metric.SNAPSHOTS_PUBLISHED)
        self._count(Metric.SNAPSHOT_SIZE, size)
        _log.info("session.snapshot.published", extra={**self._keys(), "bytes": size})

    async def forget(self) -> None:
        """The login is worthless: no owner shall restore it."""
        published = await self._published()
        await self.blocking(self.sessions.publish, self.lease, ())
        for generation in published:
            await self._delete(generation)
        await self.blocking(shutil.rmtree, self.profile, ignore_errors=True)

    async def leave(self) -> None:
        """No readable login stays on disk, unless it is the only one."""
        linked = self.taken_of is not None or bool(await self._published())
        if linked or not (self.profile / "Default").exists():
            await self.blocking(shutil.rmtree, self.profile, ignore_errors=True)

    async def _store(
        self, snapshot: Snapshot, browser_pid: int | None, undisturbed: Callable[[], bool]
    ) -> int:
        folder = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=self.profile.parent))
        try:
            copy = folder / "profile"
            if browser_pid is None:
                await self.blocking(copy_closed, self.profile, copy)
            else:
                await self.blocking(copy_live, self.profile, copy, browser_pid)
            if not undisturbed():
                raise Conflict("a send began while the profile was copied")
            return await self.heavy(self.sealing.seal, snapshot, copy)
        finally:
            await self.blocking(shutil.rmtree, folder, ignore_errors=True)

    async def _publish(self, snapshot: Snapshot) -> None:
        if not self.may_write():
            raise DependencyUnavailable("this host could not renew its heartbeat in time")
        generations = [snapshot.generation, *await self._published()]
        kept = generations[:KEPT_GENERATIONS]
        await self.blocking(self.sessions.publish, self.lease, kept)
        for generation in generations[KEPT_GENERATIONS:]:
            await self._delete(generation)

    async def _restored(self, snapshot: Snapshot) -> bool:
        folder = Path(tempfile.mkdtemp(prefix=".restore-", dir=self._root()))
        try:
            await self.heavy(self.sealing.unseal, snapshot, folder)
            await self.blocking(folder.rename, self.profile)
        except SnapshotUnusable as error:
            self._count(Metric.SNAPSHOTS_UNUSABLE)
            _log.error("session.snapshot.unusable", extra={**self._keys(), "reason": str(error)})
            return False
        else:
            self._count(Metric.SNAPSHOTS_RESTORED)
            _log.info("session.snapshot.restored", extra=self._keys())
            return True
        finally:
            await self.blocking(shutil.rmtree, folder, ignore_errors=True)

    async def _published(self) -> tuple[str, ...]:
        session = await self.blocking(self.sessions.read, self.lease.organization_id)
        return session.snapshots if session is not None else ()

    async def _delete(self, generation: str) -> None:
        snapshot = snapshot_of(self.lease.organization_id, generation)
        with suppress(SwitchboardError):  # it is published nowhere: worthless, and encrypted
            await self.heavy(self.sealing.store.delete, snapshot)

    def _count(self, metric: Metric, value: float = 1) -> None:
        self.metrics.put(metric, value, organization_id=self.lease.organization_id)

    def _root(self) -> Path:
        self.profile.parent.mkdir(parents=True, exist_ok=True)
        return self.profile.parent

    def _keys(self) -> dict[str, object]:
        return {"organization_id": self.lease.organization_id, "epoch": self.lease.epoch}


def _epoch_of(profile: Path) -> int | None:
    """The lease under which a profile was last used, None without a readable mark."""
    try:
        return int((profile / _EPOCH_FILE).read_text())
    except (OSError, ValueError):
        return None


def _fingerprint(profile: Path) -> int:
    """Changes when a file that is kept changes."""
    facts = []
    for relative in files_of(profile):
        with suppress(FileNotFoundError):
            status = (profile / relative).stat()
            facts.append((str(relative), status.st_size, status.st_mtime_ns))
    return hash(tuple(facts))
