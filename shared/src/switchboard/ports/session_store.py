"""Where lines are kept: one item each, its epoch the fencing token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, Session, SessionState, SessionStatus, Wanted


class SessionStore(Protocol):
    """Losing a race returns None or False; only faults raise."""

    def create(self, organization_id: OrganizationId, now: datetime) -> bool:
        """Make the organization and its line, STOPPED; revive a deleted one (epoch kept).

        Conditional on: the line not existing, or being wanted DELETED. False otherwise.
        """
        ...

    def read(self, organization_id: OrganizationId) -> Session | None:
        """The line as stored, read consistently; also a DELETED one (its epoch still counts)."""
        ...

    def page(self, cursor: str | None, limit: int) -> Page[Session]:
        """All lines but the deleted, by organization id; for administrators.

        Raises:
            InvalidInput: a cursor that this listing did not give.
        """
        ...

    def want(self, organization_id: OrganizationId, wanted: Wanted, now: datetime) -> Session:
        """Set what the organization asks for; a line without owner also changes its status.

        RUNNING without owner becomes STARTING and nominated for placement; STOPPED or DELETED
        without owner becomes STOPPED. With an owner the owner does the rest.

        Raises:
            NotFound: no such line, or DELETED.
        """
        ...

    def restart(self, organization_id: OrganizationId, now: datetime) -> Session:
        """Want the line RUNNING on a fresh page: STARTING at once, also with an owner.

        Counted: two writes, STOPPED and RUNNING, could pass an owner unseen.

        Raises:
            NotFound: no such line, or DELETED.
        """
        ...

    def acquire(
        self, organization_id: OrganizationId, host: HostId, queue_url: str, now: datetime
    ) -> Lease | None:
        """Take the line: epoch + 1, grant_version + 1.

        Conditional on: wanted RUNNING and no owner. None when somebody was faster.
        """
        ...

    def record(self, lease: Lease, state: SessionState, now: datetime) -> None:
        """Write the line's state. CONNECTED sets connected_at, leaving it disconnected_at.

        Conditional on: owner and epoch are the lease's.

        Raises:
            LeaseLost: another owner, or none.
            StaleEpoch: the same owner under a newer epoch.
        """
        ...

    def heard(self, lease: Lease, at: datetime) -> None:
        """Note when WhatsApp last told the line's page of a message or ack.

        Conditional on: owner and epoch are the lease's.

        Raises:
            LeaseLost: another owner, or none.
            StaleEpoch: the same owner under a newer epoch.
        """
        ...

    def release(self, lease: Lease, status: SessionStatus, reason: Reason, now: datetime) -> bool:
        """Give the line back; when still wanted RUNNING it is nominated for placement.

        Conditional on: owner and epoch are the lease's. False when it was lost before.
        """
        ...

    def publish(self, lease: Lease, generations: Sequence[str]) -> None:
        """Name the snapshots that the next owner restores from, the newest first; none forgets.

        Conditional on: owner and epoch are the lease's.

        Raises:
            LeaseLost: another owner, or none.
            StaleEpoch: the same owner under a newer epoch.
        """
        ...

    def roll_back(
        self, organization_id: OrganizationId, epoch: int, generations: Sequence[str], now: datetime
    ) -> bool:
        """Name the snapshots of a line that nobody holds, and raise its epoch.

        The epoch makes what a host has on its disk older than what is named here.

        Conditional on: no owner, not DELETED, and the epoch. False otherwise.
        """
        ...

    def owned_by(self, host: HostId) -> Sequence[OrganizationId]:
        """Lines that name the host (from an index: a nomination, not proof)."""
        ...

    def unowned(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Lines wanted RUNNING that waited for an owner since before (index: nominations).

        With `after`, also those that were freed later than that, by a host whose clock was ahead:
        nobody would see them until their time has come.
        """
        ...

    def deleted(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Lines wanted DELETED without owner since before, or later than `after`.

        Nominations by the index, as of `unowned`. Their login may still be stored.
        """
        ...

    def disposed(self, organization_id: OrganizationId, epoch: int) -> bool:
        """Note that nothing of a deleted line's login is stored any more.

        Conditional on: wanted DELETED, no owner, and the epoch. False otherwise.
        """
        ...

    def set_limits(self, organization_id: OrganizationId, limits: Limits, now: datetime) -> None:
        """Change the limits live; grant_version + 1, so that a running host re-reads them.

        Raises:
            NotFound: no such line.
        """
        ...

    def pause(
        self,
        organization_id: OrganizationId,
        until: datetime,
        reason: str,
        now: datetime,
        *,
        ends_at: datetime | None = None,
        gives_way: bool = False,
    ) -> None:
        """Stop grants until then (grant_version + 1); the queue is kept.

        Conditional on, with `gives_way`: no pause lasting at `now`; its reason and its ends stay.

        Args:
            organization_id: whose sending.
            until: no grant before.
            reason: a reason code.
            now: the present moment.
            ends_at: when WhatsApp says that its restriction ends, for readers.
            gives_way: to any other pause.
        """
        ...

    def resume(self, organization_id: OrganizationId, until: datetime, now: datetime) -> bool:
        """End the pause that lasts until then (grant_version + 1); no pause is as good as ended.

        Conditional on: `paused_until` as read, given as `until`. False when another pause is there,
        or no line.
        """
        ...
