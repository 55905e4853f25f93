"""Lines in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from switchboard.adapters.memory.cursor import cut
from switchboard.adapters.memory.ownership import owned_line
from switchboard.adapters.memory.table import Line, MemoryTable
from switchboard.domain.errors import NotFound, Ownership
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.organization import Organization
from switchboard.domain.page import Page
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import Lease, Reason, Session, SessionState, SessionStatus, Wanted

_UNOWNED = {
    Wanted.RUNNING: (SessionStatus.STARTING, Reason.STARTING),
    Wanted.STOPPED: (SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
    Wanted.DELETED: (SessionStatus.STOPPED, Reason.STOPPED_BY_USER),
}


@dataclass(frozen=True, slots=True)
class MemorySessionStore:
    """`SessionStore` in memory; it shares its lines with `MemoryRateGate`."""

    table: MemoryTable

    def create(self, organization_id: OrganizationId, now: datetime) -> bool:
        """Make a line, or revive a deleted one: its epoch and its sends still count."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is not None and line.session.wanted is not Wanted.DELETED:
                return False
            fresh = _fresh(organization_id, now)
            if line is None:
                self.table.lines[organization_id] = Line(fresh)
            else:
                line.session = _revived(line.session, fresh)
                line.deleted_since = None
                line.grant_version += 1
            self.table.organizations.setdefault(organization_id, Organization(organization_id, now))
            return True

    def read(self, organization_id: OrganizationId) -> Session | None:
        """The line as stored."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            return line.session if line is not None else None

    def page(self, cursor: str | None, limit: int) -> Page[Session]:
        """All lines but the deleted, by organization id."""
        with self.table.lock:
            rows = [
                (str(organization_id), line.session)
                for organization_id, line in sorted(self.table.lines.items())
                if line.session.wanted is not Wanted.DELETED
            ]
        return cut(rows, "sessions", cursor, limit)

    def want(self, organization_id: OrganizationId, wanted: Wanted, now: datetime) -> Session:
        """Set what is wanted; without owner the status follows at once."""
        with self.table.lock:
            line = self._existing(organization_id)
            line.session = replace(line.session, wanted=wanted, updated_at=now)
            if line.session.owner is None:
                status, reason = _UNOWNED[wanted]
                line.session = _moved(line.session, SessionState(status, reason), now)
                _nominate(line, now)
            return line.session

    def restart(self, organization_id: OrganizationId, now: datetime) -> Session:
        """Want a fresh page."""
        with self.table.lock:
            self.want(organization_id, Wanted.RUNNING, now)
            line = self._existing(organization_id)
            state = SessionState(*_UNOWNED[Wanted.RUNNING])
            again = line.session.restarts + 1
            line.session = replace(_moved(line.session, state, now), restarts=again)
            return line.session

    def acquire(
        self, organization_id: OrganizationId, host: HostId, queue_url: str, now: datetime
    ) -> Lease | None:
        """Take the line when it is wanted RUNNING and nobody has it."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is None or line.session.wanted is not Wanted.RUNNING or line.session.owner:
                return None
            line.session = replace(
                line.session,
                owner=host,
                owner_queue_url=queue_url,
                epoch=line.session.epoch + 1,
                heartbeat_at=now,
                updated_at=now,
            )
            line.grant_version += 1
            _nominate(line, now)
            return line.session.lease

    def record(self, lease: Lease, state: SessionState, now: datetime) -> None:
        """Write what the owner reports."""
        with self.table.lock:
            line = owned_line(self.table, lease)
            line.session = _moved(line.session, state, now)

    def heard(self, lease: Lease, at: datetime) -> None:
        """Note the last event."""
        with self.table.lock:
            line = owned_line(self.table, lease)
            line.session = replace(line.session, last_event_at=at)

    def release(self, lease: Lease, status: SessionStatus, reason: Reason, now: datetime) -> bool:
        """Give the line back."""
        with self.table.lock:
            try:
                line = owned_line(self.table, lease)
            except Ownership:
                return False
            left = _moved(line.session, SessionState(status, reason), now)
            line.session = replace(left, owner=None, owner_queue_url=None, heartbeat_at=None)
            _nominate(line, now)
            return True

    def publish(self, lease: Lease, generations: Sequence[str]) -> None:
        """Name the snapshots."""
        with self.table.lock:
            line = owned_line(self.table, lease)
            line.session = replace(line.session, snapshots=tuple(generations))

    def roll_back(
        self, organization_id: OrganizationId, epoch: int, generations: Sequence[str], now: datetime
    ) -> bool:
        """Name the snapshots of a line that nobody holds."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is None or line.session.wanted is Wanted.DELETED:
                return False
            if line.session.owner is not None or line.session.epoch != epoch:
                return False
            named = tuple(generations)
            line.session = replace(line.session, epoch=epoch + 1, snapshots=named, updated_at=now)
            return True

    def owned_by(self, host: HostId) -> Sequence[OrganizationId]:
        """Lines that name the host."""
        with self.table.lock:
            lines = sorted(self.table.lines.items())
            return [organization for organization, line in lines if line.session.owner == host]

    def unowned(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Nominated lines, those that waited longest first."""
        return self._waiting(lambda line: line.unowned_since, before, limit, after)

    def deleted(
        self, before: datetime, limit: int, *, after: datetime | None = None
    ) -> Sequence[OrganizationId]:
        """Deleted lines whose login may still be stored."""
        return self._waiting(lambda line: line.deleted_since, before, limit, after)

    def disposed(self, organization_id: OrganizationId, epoch: int) -> bool:
        """Note that nothing of a deleted line's login is stored."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is None or not _is_left(line.session) or line.session.epoch != epoch:
                return False
            line.session = replace(line.session, snapshots=())
            line.deleted_since = None
            return True

    def set_limits(self, organization_id: OrganizationId, limits: Limits, now: datetime) -> None:
        """Change the limits live."""
        with self.table.lock:
            line = self._existing(organization_id)
            line.session = replace(line.session, limits=limits, updated_at=now)
            line.grant_version += 1

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
        """Stop grants until then."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is None:
                return
            lasting = line.session.paused_until
            if not (gives_way and lasting is not None and lasting > now):
                _set_pause(line, until, reason, now, ends_at)

    def resume(self, organization_id: OrganizationId, until: datetime, now: datetime) -> bool:
        """End the pause that was read."""
        with self.table.lock:
            line = self.table.lines.get(organization_id)
            if line is None or line.session.paused_until not in (None, until):
                return False
            _set_pause(line, None, None, now)
            return True

    def _waiting(
        self,
        since: Callable[[Line], datetime | None],
        before: datetime,
        limit: int,
        after: datetime | None,
    ) -> Sequence[OrganizationId]:
        with self.table.lock:
            moments = [(since(line), name) for name, line in self.table.lines.items()]
            waiting = sorted(
                (at, name)
                for at, name in moments
                if at is not None and (at < before or (after is not None and at > after))
            )
            return [name for _, name in waiting[:limit]]

    def _existing(self, organization_id: OrganizationId) -> Line:
        line = self.table.lines.get(organization_id)
        if line is None or line.session.wanted is Wanted.DELETED:
            raise NotFound("session")
        return line


def _fresh(organization_id: OrganizationId, now: datetime) -> Session:
    return Session(organization_id, Wanted.STOPPED, SessionStatus.STOPPED, Reason.CREATED, now, now)


def _revived(old: Session, fresh: Session) -> Session:
    """A last owner may still be letting go, and a ban does not end by deleting a line.

    What a host that is down has on its disk of the line that was deleted is old by the new epoch.
    """
    return replace(
        fresh,
        epoch=old.epoch if old.owner else old.epoch + 1,
        restarts=old.restarts,
        owner=old.owner,
        owner_queue_url=old.owner_queue_url,
        heartbeat_at=old.heartbeat_at,
        paused_until=old.paused_until,
        pause_reason=old.pause_reason,
        pause_ends_at=old.pause_ends_at,
    )


def _set_pause(
    line: Line,
    until: datetime | None,
    reason: str | None,
    now: datetime,
    ends_at: datetime | None = None,
) -> None:
    line.session = replace(
        line.session, paused_until=until, pause_reason=reason, pause_ends_at=ends_at, updated_at=now
    )
    line.grant_version += 1


def _nominate(line: Line, now: datetime) -> None:
    """Waiting starts once: asking again for what is wanted already must not delay the sweeper."""
    waits = line.session.owner is None and line.session.wanted is Wanted.RUNNING
    line.unowned_since = (line.unowned_since or now) if waits else None
    line.deleted_since = (line.deleted_since or now) if _is_left(line.session) else None


def _is_left(session: Session) -> bool:
    """Whether a line was deleted and its last owner has let go."""
    return session.owner is None and session.wanted is Wanted.DELETED


def _moved(session: Session, state: SessionState, now: datetime) -> Session:
    """Connection times change on the edge only; a QR outlives no other state."""
    was = session.status is SessionStatus.CONNECTED
    is_now = state.status is SessionStatus.CONNECTED
    return replace(
        session,
        status=state.status,
        reason=state.reason,
        updated_at=now,
        qr_code=state.qr_code,
        qr_number=state.qr_number,
        qr_expires_at=state.qr_expires_at,
        last_error=state.error_after(session.last_error),
        account=state.account or session.account,
        web_version=state.web_version or session.web_version,
        wa_js_version=state.wa_js_version or session.wa_js_version,
        connected_at=now if is_now and not was else session.connected_at,
        disconnected_at=now if was and not is_now else session.disconnected_at,
    )
