"""Lines in DynamoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.base import SHARDS, Base, setting, shard
from switchboard.adapters.dynamodb.connection import done, translated
from switchboard.adapters.dynamodb.lines import (
    UNOWNED,
    lost,
    moved,
    nomination,
    read_line,
    session_of,
)
from switchboard.adapters.dynamodb.reading import nominated, read_cursor, write_cursor
from switchboard.adapters.dynamodb.rows import DirectoryRow, LineRow, OrganizationRow
from switchboard.domain.errors import DependencyUnavailable, InvalidInput, NotFound
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.organization import Settings
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, Session, SessionState, SessionStatus, Wanted

_RACES = 8
_UNOWNED = {
    Wanted.RUNNING: SessionState(SessionStatus.STARTING, Reason.STARTING),
    Wanted.STOPPED: SessionState(SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
    Wanted.DELETED: SessionState(SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
}


@dataclass(frozen=True, slots=True)
class DynamoSessionStore:
    """`SessionStore`; read-modify-write loops are bounded and end in DependencyUnavailable."""

    def create(self, organization_id: OrganizationId, now: datetime) -> bool:
        """Make organization, directory entry and line, or revive a deleted line."""
        row = read_line(organization_id)
        if row is not None and row.wanted != Wanted.DELETED:
            return False
        self._put_organization(organization_id, now)
        if row is not None:
            return self._revive(row, now)
        limits = Limits()
        fresh = LineRow(
            keys.organization(organization_id),
            keys.SESSION,
            id=organization_id,
            organization_id=organization_id,
            wanted=Wanted.STOPPED.value,
            status=SessionStatus.STOPPED.value,
            reason=Reason.CREATED.value,
            created_at=now,
            updated_at=now,
            per_minute=limits.per_minute,
            per_hour=limits.per_hour,
            per_day=limits.per_day,
        )
        return done(lambda: fresh.save(condition=LineRow.pk.does_not_exist()))

    def read(self, organization_id: OrganizationId) -> Session | None:
        """The line as stored."""
        row = read_line(organization_id)
        return session_of(row) if row is not None else None

    def page(self, cursor: str | None, limit: int) -> Page[Session]:
        """Directory shard by shard, each by organization id; deleted lines are left out."""
        number, after = _place(cursor)
        found: list[tuple[str, Session]] = []
        while number < SHARDS and len(found) <= limit:
            rows = self._directory(number, after, limit + 1)
            for row in rows:
                session = self._live(row)
                if session is not None:
                    found.append((row.pk, session))
            number, after = (number, rows[-1].sk) if len(rows) > limit else (number + 1, "")
        items = [session for _, session in found[:limit]]
        if len(found) <= limit:
            return Page(items, None)
        last_pk, last = found[limit - 1]
        return Page(items, write_cursor(last_pk, last.organization_id))

    def want(self, organization_id: OrganizationId, wanted: Wanted, now: datetime) -> Session:
        """Set what is wanted; without owner the status follows at once."""
        for _ in range(_RACES):
            row = self._existing(organization_id)
            unowned = row.owner is None
            changes: dict[str, Any] = {"wanted": wanted.value, "updated_at": now}
            if unowned:
                changes |= moved(row, _UNOWNED[wanted], now)
            waits = unowned and wanted is Wanted.RUNNING
            changes |= nomination(row, organization_id, now, waits=waits)
            owned = LineRow.owner.does_not_exist() if unowned else LineRow.owner == row.owner
            same = owned & (LineRow.wanted == row.wanted)
            if _written(row, changes, same):
                return session_of(row)
        raise DependencyUnavailable("the line is written to by too many at once")

    def acquire(
        self, organization_id: OrganizationId, host: HostId, queue_url: str, now: datetime
    ) -> Lease | None:
        """Take the line; a lost reply is told from a lost race by reading who owns it."""
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
            attention=None,
            attention_at=None,
        )
        condition = (
            LineRow.owner.does_not_exist()
            & (LineRow.wanted == Wanted.RUNNING.value)
            & (LineRow.epoch == row.epoch)
        )
        taken = done(lambda: row.update([*actions, _next_version()], condition))
        return lease if taken or lost(lease) is None else None

    def record(self, lease: Lease, state: SessionState, now: datetime) -> None:
        """Write what the owner reports."""
        row = read_line(lease.organization_id)
        actions = [] if row is None else setting(LineRow, **moved(row, state, now))
        if row is not None and done(lambda: row.update(actions, _held(lease))):
            return
        raise lost(lease) or DependencyUnavailable("the line could not be written")

    def release(self, lease: Lease, status: SessionStatus, reason: Reason, now: datetime) -> bool:
        """Give the line back."""
        for _ in range(_RACES):
            row = read_line(lease.organization_id)
            if row is None or (row.owner, int(row.epoch)) != (lease.owner, lease.epoch):
                return False
            changes = moved(row, SessionState(status, reason), now)
            changes |= {"owner": None, "owner_queue_url": None, "heartbeat_at": None}
            waits = row.wanted == Wanted.RUNNING
            changes |= nomination(row, lease.organization_id, now, waits=waits)
            same = _held(lease) & (LineRow.wanted == row.wanted)
            if _written(row, changes, same):
                return True
        raise DependencyUnavailable("the line is written to by too many at once")

    def owned_by(self, host: HostId) -> Sequence[OrganizationId]:
        """Lines that name the host, from the index."""
        with translated():
            rows = list(Base.owner_index.query(host))
        return sorted(keys.organization_of(row.pk) for row in rows)

    def unowned(self, before: datetime, limit: int) -> Sequence[OrganizationId]:
        """Nominated lines, from the index."""
        return [keys.organization_of(pk) for pk, _ in nominated(UNOWNED, before, limit)]

    def set_limits(self, organization_id: OrganizationId, limits: Limits, now: datetime) -> None:
        """Change the limits live."""
        self._change(organization_id, {**_limits(limits), "updated_at": now})

    def pause(
        self, organization_id: OrganizationId, until: datetime, reason: str, now: datetime
    ) -> None:
        """Stop grants until then."""
        changes = {"paused_until": until, "pause_reason": reason, "updated_at": now}
        self._change(organization_id, changes)

    def resume(self, organization_id: OrganizationId, now: datetime) -> None:
        """End a pause."""
        changes = {"paused_until": None, "pause_reason": None, "updated_at": now}
        self._change(organization_id, changes)

    def _change(self, organization_id: OrganizationId, changes: dict[str, Any]) -> None:
        row = self._existing(organization_id)
        actions = [*setting(LineRow, **changes), _next_version()]
        done(lambda: row.update(actions, LineRow.pk.exists()))

    def _existing(self, organization_id: OrganizationId) -> LineRow:
        row = read_line(organization_id)
        if row is None or row.wanted == Wanted.DELETED:
            raise NotFound("session")
        return row

    def _put_organization(self, organization_id: OrganizationId, now: datetime) -> None:
        settings = Settings()
        organization = OrganizationRow(
            keys.organization(organization_id),
            keys.META,
            created_at=now,
            agent=settings.agent.value,
            groups=settings.groups,
            hand_off_text=settings.hand_off_text,
        )
        done(lambda: organization.save(condition=OrganizationRow.pk.does_not_exist()))
        with translated():
            DirectoryRow(keys.directory(organization_id), organization_id).save()

    def _revive(self, row: LineRow, now: datetime) -> bool:
        """The epoch stays, a last owner may still be letting go, a ban does not end by deleting."""
        state = SessionState(SessionStatus.STOPPED, Reason.CREATED)
        changes = moved(row, state, now) | _limits(Limits())
        forgotten = ("last_error", "connected_at", "disconnected_at", "web_version")
        changes |= dict.fromkeys((*forgotten, "account_phone", "account_lid", "account_name"))
        changes |= {"wanted": Wanted.STOPPED.value, "created_at": now}
        actions = [*setting(LineRow, **changes), _next_version()]
        return done(lambda: row.update(actions, LineRow.wanted == Wanted.DELETED.value))

    def _directory(self, number: int, after: str, limit: int) -> list[DirectoryRow]:
        condition = DirectoryRow.sk > after if after else None
        with translated():
            return list(
                DirectoryRow.query(f"ORGS#{number}", condition, limit=limit, page_size=limit)
            )

    def _live(self, row: DirectoryRow) -> Session | None:
        session = self.read(OrganizationId(row.sk))
        return None if session is None or session.wanted is Wanted.DELETED else session


def _written(row: LineRow, changes: dict[str, Any], condition: Any) -> bool:
    return done(lambda: row.update(setting(LineRow, **changes), condition))


def _held(lease: Lease) -> Any:
    return (LineRow.owner == lease.owner) & (LineRow.epoch == lease.epoch)


def _next_version() -> Any:
    return LineRow.grant_version.set(LineRow.grant_version + 1)


def _limits(limits: Limits) -> dict[str, int]:
    return {
        "per_minute": limits.per_minute,
        "per_hour": limits.per_hour,
        "per_day": limits.per_day,
    }


def _place(cursor: str | None) -> tuple[int, str]:
    """Where a listing goes on: shard and last organization seen.

    Raises:
        InvalidInput: a cursor that this listing did not give.
    """
    if cursor is None:
        return 0, ""
    pk, sk = read_cursor(cursor)
    name, _, number = pk.partition("#")
    if name != "ORGS" or not number.isdigit() or shard(sk) != int(number):
        raise InvalidInput("cursor", "is not a cursor of this listing")
    return int(number), sk
