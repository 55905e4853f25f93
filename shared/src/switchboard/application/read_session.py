"""Read a line as a reader may be told: never CONNECTED while its owner is silent."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import Settings
from switchboard.domain.rate_limit import Usage
from switchboard.domain.session import Reason, Session, SessionStatus, as_seen
from switchboard.ports.clock import Clock
from switchboard.ports.host_registry import HostRegistry
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.rate_gate import RateGate
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class SessionReport:
    """A line, the state to show, what is left of its limits, and its settings."""

    session: Session
    status: SessionStatus
    reason: Reason
    usage: tuple[Usage, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class ReadSession:
    """One line.

    Raises:
        NotFound: no such line, or deleted.
    """

    sessions: SessionStore
    hosts: HostRegistry
    gate: RateGate
    organizations: OrganizationStore
    clock: Clock

    def __call__(self, organization_id: OrganizationId) -> SessionReport:
        """Read consistently."""
        session = existing(self.sessions, organization_id)
        return self.report(session)

    def report(self, session: Session) -> SessionReport:
        """Judge a line that was read already."""
        now = self.clock.now()
        host = self.hosts.read(session.owner) if session.owner else None
        view = as_seen(session, host.heartbeat_at if host else None, now)
        organization = self.organizations.read(session.organization_id)
        return SessionReport(
            session,
            view.status,
            view.reason,
            self.gate.usage(session.organization_id, now),
            organization.settings if organization else Settings(),
        )
