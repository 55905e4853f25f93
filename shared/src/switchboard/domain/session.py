"""A line: one organization's linked WhatsApp account, and the truth about its state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.rate_limit import Limits

HOST_LOST_AFTER = timedelta(seconds=30)
"""Readers distrust what an owner stored when its heartbeat is older than this."""

LAST_EVENT_EVERY = timedelta(minutes=1)
"""The last event is stored this often at most: one write a minute for a busy line, none for an idle
one."""

MAX_RECONNECT_ATTEMPTS = 5
"""The requirement's, as the cap is: with the pauses before them a minute, then a person looks."""
RECONNECT_CAP = timedelta(seconds=30)


class SessionStatus(StrEnum):
    """The stored states; the names are the requirement's."""

    STOPPED = "STOPPED"
    STARTING = "STARTING"
    WAITING_QR = "WAITING_QR"
    CONNECTED = "CONNECTED"
    DISCONNECTED = "DISCONNECTED"
    ERROR = "ERROR"


class Wanted(StrEnum):
    """What the organization asked for; hosts work towards it."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    DELETED = "DELETED"


class Reason(StrEnum):
    """Why a line is in its state: a closed list, see `docs/reasons.md` for the user's next step."""

    CREATED = "created"
    STARTING = "starting"
    SCAN_QR = "scan_qr"
    LINKED = "linked"
    STOPPED_BY_USER = "stopped_by_user"
    LOGGED_OUT = "logged_out"
    ACCOUNT_LOCKED = "account_locked"
    UNEXPECTED_LOGOUT = "unexpected_logout"
    TEMPORARY_BAN = "temporary_ban"
    QR_EXPIRED = "qr_expired"
    STREAM_REPLACED = "stream_replaced"
    PHONE_OFFLINE = "phone_offline"
    SOCKET_LOST = "socket_lost"
    PAGE_CRASHED = "page_crashed"
    PAGE_NEVER_READY = "page_never_ready"
    CLIENT_OUTDATED = "client_outdated"
    PROXY_BLOCKED = "proxy_blocked"
    TERMS_BLOCKED = "terms_blocked"
    WA_JS_MISMATCH = "wa_js_mismatch"
    MEMORY_BUDGET = "memory_budget"
    BUILD_REFUSED = "build_refused"
    MAX_RECONNECT_REACHED = "max_reconnect_reached"
    HOST_LOST = "host_lost"
    HOST_STOPPED = "host_stopped"
    HOST_FULL = "host_full"


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of ownership; `epoch` is the fencing token and only ever grows."""

    organization_id: OrganizationId
    owner: HostId
    epoch: int


@dataclass(frozen=True, slots=True)
class Account:
    """The linked account, as the page reports it."""

    phone: str | None = None
    lid: str | None = None
    push_name: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """The line item as stored. `status` is what the owner last wrote: readers use `as_seen`."""

    organization_id: OrganizationId
    wanted: Wanted
    status: SessionStatus
    reason: Reason
    created_at: datetime
    updated_at: datetime
    epoch: int = 0
    owner: HostId | None = None
    owner_queue_url: str | None = None
    heartbeat_at: datetime | None = None
    qr_code: str | None = None
    qr_number: int = 0
    qr_expires_at: datetime | None = None
    last_error: str | None = None
    connected_at: datetime | None = None
    disconnected_at: datetime | None = None
    account: Account = field(default_factory=Account)
    web_version: str | None = None
    """The build of WhatsApp Web that the page ran."""
    wa_js_version: str | None = None
    last_event_at: datetime | None = None
    """When WhatsApp last told the page of a message or ack; up to a minute behind."""
    limits: Limits = field(default_factory=Limits)
    paused_until: datetime | None = None
    pause_reason: str | None = None
    pause_ends_at: datetime | None = None
    """When WhatsApp said that its restriction ends; a person resumes all the same."""
    restarts: int = 0
    """How often a fresh page was asked for; an owner whose page is older opens another."""
    snapshots: tuple[str, ...] = ()
    """Published generations of the login, the newest first."""

    @property
    def lease(self) -> Lease | None:
        """The present owner's lease, or None while nobody owns the line."""
        if self.owner is None:
            return None
        return Lease(self.organization_id, self.owner, self.epoch)


@dataclass(frozen=True, slots=True)
class SessionState:
    """One change of state that an owner reports; None leaves a field as it is.

    Two exceptions: a QR is written as given, since it outlives no other state; and a line that is
    CONNECTED has no error any more.
    """

    status: SessionStatus
    reason: Reason
    qr_code: str | None = None
    qr_number: int = 0
    qr_expires_at: datetime | None = None
    last_error: str | None = None
    account: Account | None = None
    web_version: str | None = None
    wa_js_version: str | None = None

    def error_after(self, before: str | None) -> str | None:
        """The last error that is shown from now on.

        Args:
            before: the one that was shown until now.
        """
        return None if self.status is SessionStatus.CONNECTED else self.last_error or before


@dataclass(frozen=True, slots=True)
class SessionView:
    """What a reader may be told."""

    status: SessionStatus
    reason: Reason


def as_seen(session: Session, owner_heartbeat_at: datetime | None, now: datetime) -> SessionView:
    """The state to show: a line whose owner is silent is not CONNECTED, whatever is stored."""
    quiet = owner_heartbeat_at is None or now - owner_heartbeat_at > HOST_LOST_AFTER
    if session.owner is not None and quiet:
        return SessionView(SessionStatus.DISCONNECTED, Reason.HOST_LOST)
    return SessionView(session.status, session.reason)


def reconnect_delay(attempt: int) -> timedelta:
    """min(2^n s, 30 s) before the n-th attempt, n from 1 (the requirement's back-off)."""
    return min(timedelta(seconds=2**attempt), RECONNECT_CAP)
