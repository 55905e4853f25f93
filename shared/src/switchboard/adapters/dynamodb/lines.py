"""Line rows: to and from the domain, and what changes with a state."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.reading import get
from switchboard.adapters.dynamodb.rows import LineRow
from switchboard.domain.errors import LeaseLost, StaleEpoch
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.rate_limit import Limits
from switchboard.domain.session import (
    Account,
    Lease,
    Reason,
    Session,
    SessionState,
    SessionStatus,
    Wanted,
)

UNOWNED = "unowned"
DELETED = "deleted"


NO_ATTENTION: dict[str, Any] = {"attention": None, "attention_at": None}


def read_line(organization_id: OrganizationId) -> LineRow | None:
    """The line, read consistently."""
    return get(LineRow, keys.organization(organization_id), keys.SESSION)


def session_of(row: LineRow) -> Session:
    """The domain's view of a row."""
    return Session(
        organization_id=OrganizationId(row.organization_id),
        wanted=Wanted(row.wanted),
        status=SessionStatus(row.status),
        reason=Reason(row.reason),
        created_at=row.created_at,
        updated_at=row.updated_at,
        epoch=int(row.epoch),
        owner=HostId(row.owner) if row.owner else None,
        owner_queue_url=row.owner_queue_url,
        heartbeat_at=row.heartbeat_at,
        qr_code=row.qr_code,
        qr_number=int(row.qr_number),
        qr_expires_at=row.qr_expires_at,
        last_error=row.last_error,
        connected_at=row.connected_at,
        disconnected_at=row.disconnected_at,
        account=Account(row.account_phone, row.account_lid, row.account_name),
        web_version=row.web_version,
        wa_js_version=row.wa_js_version,
        last_event_at=row.last_event_at,
        limits=limits_of(row),
        paused_until=row.paused_until,
        pause_reason=row.pause_reason,
        pause_ends_at=row.pause_ends_at,
        restarts=int(row.restarts),
        snapshots=tuple(row.snapshots or ()),
    )


def limits_of(row: LineRow) -> Limits:
    """The row's limits."""
    return Limits(int(row.per_minute), int(row.per_hour), int(row.per_day))


def new_line(organization_id: OrganizationId, now: datetime) -> LineRow:
    """A line that nobody wants to run yet."""
    limits = Limits()
    return LineRow(
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


def limit_attributes(limits: Limits) -> dict[str, int]:
    """Limits as attributes."""
    return {
        "per_minute": limits.per_minute,
        "per_hour": limits.per_hour,
        "per_day": limits.per_day,
    }


def moved(row: LineRow, state: SessionState, now: datetime) -> dict[str, Any]:
    """What a new state writes: times on the edges of CONNECTED only; a QR outlives no state."""
    was = row.status == SessionStatus.CONNECTED
    is_now = state.status is SessionStatus.CONNECTED
    changes: dict[str, Any] = {
        "status": state.status.value,
        "reason": state.reason.value,
        "updated_at": now,
        "qr_code": state.qr_code,
        "qr_number": state.qr_number,
        "qr_expires_at": state.qr_expires_at,
        "last_error": state.error_after(row.last_error),
    }
    if state.web_version is not None:
        changes["web_version"] = state.web_version
    if state.wa_js_version is not None:
        changes["wa_js_version"] = state.wa_js_version
    if state.account is not None:
        changes |= _account(state.account)
    if is_now and not was:
        changes["connected_at"] = now
    if was and not is_now:
        changes["disconnected_at"] = now
    return changes


def nomination(
    row: LineRow, organization_id: OrganizationId, now: datetime, wanted: Wanted
) -> dict[str, Any]:
    """Attention attributes of a line without owner.

    Waiting starts once: asking again for what is wanted already must not delay the sweeper.
    """
    kind = {Wanted.RUNNING: UNOWNED, Wanted.DELETED: DELETED}.get(wanted)
    if kind is None:
        return NO_ATTENTION
    attention = keys.attention(kind, organization_id)
    since = row.attention_at if row.attention == attention else None
    return {"attention": attention, "attention_at": since or milliseconds(now)}


def held(row: LineRow | None, lease: Lease) -> LineRow:
    """The row, when it still carries the lease.

    Raises:
        LeaseLost: another owner, or none.
        StaleEpoch: the same owner under a newer epoch.
    """
    if row is None or row.owner != lease.owner:
        raise LeaseLost(f"{lease.owner} does not own the line {lease.organization_id}")
    if int(row.epoch) != lease.epoch:
        raise StaleEpoch(f"epoch {lease.epoch} of {lease.organization_id} is over")
    return row


def _account(account: Account) -> dict[str, Any]:
    return {
        "account_phone": account.phone,
        "account_lid": account.lid,
        "account_name": account.push_name,
    }
