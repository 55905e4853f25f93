"""Lines in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from switchboard.adapters.dynamodb import directory, keys
from switchboard.adapters.dynamodb.base import Base, setting
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.lines import (
    DELETED,
    NO_ATTENTION,
    UNOWNED,
    held,
    limit_attributes,
    moved,
    new_line,
    nomination,
    read_line,
    session_of,
)
from switchboard.adapters.dynamodb.reading import nominated
from switchboard.adapters.dynamodb.rows import LineRow, OrganizationRow
from switchboard.adapters.dynamodb.writing import insert, repeatable, update
from switchboard.domain.errors import DependencyUnavailable, NotFound, Ownership
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.organization import Settings
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, Session, SessionState, SessionStatus, Wanted

_RACES = 8
"""The API and the owner write to one line; a write that lost reads it again."""
_UNOWNED = {
    Wanted.RUNNING: SessionState(SessionStatus.STARTING, Reason.STARTING),
    Wanted.STOPPED: SessionState(SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
    Wanted.DELETED: SessionState(SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
}
_FORGOTTEN = (
    "last_error",
    "connected_at",
    "disconnected_at",
    "web_version",
    "wa_js_version",
    "last_event_at",
    "account_phone",
    "account_lid",
    "account_name",
    "snapshots",
)


@dataclass(frozen=True, slots=True)
class DynamoSessionStore:
    """`SessionStore`; read-modify-write loops are bounded and end in DependencyUnavailable."""

    def create(self, organization_id: OrganizationId, now: datetime) -> bool:
        """Make organization, directory entry and line, or revive a deleted line."""
        for _ in range(_RACES):
            row = read_line(organization_id)
            if row is not None and row.wanted != Wanted.DELETED:
                return False
            insert(_organization(organization_id, now))
            directory.enter(organization_id)
            if insert(new_line(organization_id, now)) if row is None else _revive(row, now):
                return True
        raise DependencyUnavailable("the line is written to by too many at once")

    def read(self, organization_id: OrganizationId) -> Session | None:
        """The line as stored."""
        row = read_line(organization_id)
        return session_of(row) if row is not None else None

    def page(self, cursor: str | None, limit: int) -> Page[Session]:
        """All lines but the deleted, by organization id."""
        return directory.live_lines(cursor, limit)

    def want(self, organization_id: OrganizationId, wanted: Wanted, now: datetime) -> Session:
        """Set what is wanted; without owner the status follows at once."""
        return self._want(organization_id, wanted, now)

    def restart(self, organization_id: OrganizationId, now: datetime) -> Session:
        """Want a fresh page; a lost answer may count it twice, which opens no second one."""
        return self._want(organization_id, Wanted.RUNNING, now, again=1)

    def _want(
        self, organization_id: OrganizationId, wanted: Wanted, now: datetime, again: int = 0
    ) -> Session:
        for _ in range(_RACES):
            row = read_line(organization_id)
            if row is None or row.wanted == Wanted.DELETED:
                raise NotFound("session")
            changes: dict[str, Any] = {"wanted": wanted.value, "updated_at": now}
            if again:
                changes["restarts"] = int(row.restarts) + again
            if again or row.owner is None:
                changes |= moved(row, _UNOWNED[wanted], now)
            if row.owner is None:
                changes |= nomination(row, organization_id, now, wanted)
            else:
                changes |= NO_ATTENTION
            if update(row, setting(LineRow, **changes), _as_read(row)):
                return session_of(row)
        raise DependencyUnavailable("the line is written to by too many at once")

    def acquire(
        self, organization_id: OrganizationId, host: HostId, queue_url: str, now: datetime
    ) -> Lease | None:
        """Take the line; the lease's id is the mark, since other writes would cover another."""
        row = read_line(organization_id)
        if row is None or row.wanted != Wanted.RUNNING or row.owner:
            return None
        lease = Lease(organization_id, host, int(row.epoch) + 1)
        actions = setting(
            LineRow,
            owner=host,
            owner_queue_url=queue_url,
            epoch=lease.epoch,
            heartbeat_at=now,
            updated_at=now,
            **NO_ATTENTION,
        )
        condition = _as_read(row) & (LineRow.epoch == row.epoch)
        taken = update(row, [*actions, _next_version()], condition, sign="lease_id")
        return lease if taken and session_of(row).lease == lease else None

    def record(self, lease: Lease, state: SessionState, now: datetime) -> None:
        """Write what the owner reports; the lease still holds after it, so it can be repeated."""
        row = held(read_line(lease.organization_id), lease)
        _write(row, lease, **moved(row, state, now))

    def heard(self, lease: Lease, at: datetime) -> None:
        """Note the last event; one write and no read while the lease holds."""
        row = LineRow(keys.organization(lease.organization_id), keys.SESSION)
        _write(row, lease, last_event_at=at)

    def release(self, lease: Lease, status: SessionStatus, reason: Reason, now: datetime) -> bool:
        """Give the line back."""
        for _ in range(_RACES):
            try:
                row = held(read_line(lease.organization_id), lease)
            except Ownership:
                return False
            changes = moved(row, SessionState(status, reason), now)
            changes |= {"owner": None, "owner_queue_url": None, "heartbeat_at": None}
            changes |= nomination(row, lease.organization_id, now, Wanted(row.wanted))
            same = _held(lease) & (LineRow.wanted == row.wanted)
            if update(row, setting(LineRow, **changes), same):
                return True
        raise DependencyUnavailable("the line is written to by too many at once")

    def publish(self, lease: Lease, generations: Sequence[str]) -> None:
        """Name the snapshots; the lease still holds after it, so it can be repeated."""
        row = held(read_line(lease.organization_id), lease)
        _write(row, lease, snapshots=list(generations) or None)

    def roll_back(
        self, organization_id: OrganizationId, epoch: int, generations: Sequence[str], now: datetime
    ) -> bool:
        """Name the snapshots of a line that nobody holds."""
        row = LineRow(keys.organization(organization_id), keys.SESSION)
        free = LineRow.owner.does_not_exist() & (LineRow.wanted != Wanted.DELETED.value)
        changes = {"epoch": epoch + 1, "snapshots": list(generations) or None, "updated_at": now}
        return update(row, setting(LineRow, **changes), free & (LineRow.epoch == epoch))

    def owned_by(self, host: HostId) -> Sequence[OrganizationId]:
        """Lines that name the host, from the index."""
        with translated():
            rows = list(Base.owner_index.query(host))
        return sorted(keys.organization_of(row.pk) for row in rows)

    def unowned(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Nominated lines, from the index."""
        return [keys.organization_of(pk) for pk, _ in nominated(UNOWNED, before, limit, after)]

    def deleted(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Deleted lines whose login may still be stored, from the index."""
        return [keys.organization_of(pk) for pk, _ in nominated(DELETED, before, limit, after)]

    def disposed(self, organization_id: OrganizationId, epoch: int) -> bool:
        """Note that nothing is stored; the condition holds after it, so it can be repeated."""
        row = LineRow(keys.organization(organization_id), keys.SESSION)
        left = LineRow.owner.does_not_exist() & (LineRow.wanted == Wanted.DELETED.value)
        actions = setting(LineRow, snapshots=None, **NO_ATTENTION)
        return repeatable(lambda: row.update(actions, left & (LineRow.epoch == epoch)))

    def set_limits(self, organization_id: OrganizationId, limits: Limits, now: datetime) -> None:
        """Change the limits live."""
        changes = {**limit_attributes(limits), "updated_at": now}
        if not _bump(organization_id, changes, LineRow.wanted != Wanted.DELETED.value):
            raise NotFound("session")

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
        """Stop grants until then; a deleted line may still be letting go, so it is paused too."""
        changes = {"paused_until": until, "pause_reason": reason, "pause_ends_at": ends_at}
        runs = LineRow.paused_until.does_not_exist() | (LineRow.paused_until <= now)
        _bump(organization_id, {**changes, "updated_at": now}, runs if gives_way else None)

    def resume(self, organization_id: OrganizationId, until: datetime, now: datetime) -> bool:
        """End the pause that was read; the condition still holds after it."""
        changes = dict.fromkeys(("paused_until", "pause_reason", "pause_ends_at"))
        as_read = LineRow.paused_until.does_not_exist() | (LineRow.paused_until == until)
        return _bump(organization_id, {**changes, "updated_at": now}, as_read)


def _write(row: LineRow, lease: Lease, **changes: Any) -> None:
    """What only the owner may write."""
    actions = setting(LineRow, **changes)
    if not repeatable(lambda: row.update(actions, _held(lease))):
        held(read_line(lease.organization_id), lease)
        raise DependencyUnavailable("the line was lost and taken again meanwhile")


def _bump(
    organization_id: OrganizationId, changes: dict[str, Any], also: Condition | None = None
) -> bool:
    """Change what a grant depends on; a repetition counts the version twice, which does no harm."""
    row = LineRow(keys.organization(organization_id), keys.SESSION)
    actions = [*setting(LineRow, **changes), _next_version()]
    exists = LineRow.pk.exists()
    condition = exists if also is None else exists & also
    return repeatable(lambda: row.update(actions, condition))


def _as_read(row: LineRow) -> Condition:
    """The condition that ownership and what is wanted are as in the row."""
    owned = LineRow.owner.does_not_exist() if row.owner is None else LineRow.owner == row.owner
    as_read: Condition = owned & (LineRow.wanted == row.wanted)
    return as_read


def _held(lease: Lease) -> Condition:
    held_by: Condition = (LineRow.owner == lease.owner) & (LineRow.epoch == lease.epoch)
    return held_by


def _next_version() -> Action:
    return LineRow.grant_version.set(LineRow.grant_version + 1)


def _organization(organization_id: OrganizationId, now: datetime) -> OrganizationRow:
    settings = Settings()
    return OrganizationRow(
        keys.organization(organization_id),
        keys.META,
        created_at=now,
        agent=settings.agent.value,
        groups=settings.groups,
        hand_off_text=settings.hand_off_text,
    )


def _revive(row: LineRow, now: datetime) -> bool:
    """A last owner may still be letting go, and a ban does not end by deleting a line.

    What a host that is down has on its disk of the line that was deleted is old by the new epoch.
    """
    state = SessionState(SessionStatus.STOPPED, Reason.CREATED)
    changes = moved(row, state, now) | limit_attributes(Limits()) | dict.fromkeys(_FORGOTTEN)
    changes |= {"wanted": Wanted.STOPPED.value, "created_at": now, **NO_ATTENTION}
    if row.owner is None:
        changes["epoch"] = int(row.epoch) + 1
    actions = [*setting(LineRow, **changes), _next_version()]
    return update(row, actions, _as_read(row) & (LineRow.epoch == row.epoch))
