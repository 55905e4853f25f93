"""Read a line as a reader may be told: never CONNECTED while its owner is silent."""

from __future__ import annotations

from collections.abc import Sequence
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
        (report,) = self.reports([existing(self.sessions, organization_id)])
        return report

    def reports(self, sessions: Sequence[Session]) -> list[SessionReport]:
        """Judge lines that were read already; many cost as many requests as one."""
        now = self.clock.now()
        names = [session.organization_id for session in sessions]
        owners = sorted({session.owner for session in sessions if session.owner})
        beats = {host.id: host.heartbeat_at for host in self.hosts.look(owners)}
        usages = self.gate.usages(names, now)
        organizations = self.organizations.read_all(names)

        def report(session: Session) -> SessionReport:
            name = session.organization_id
            view = as_seen(session, beats.get(session.owner) if session.owner else None, now)
            settings = organizations[name].settings if name in organizations else Settings()
            usage = usages.get(name, ())
            return SessionReport(session, view.status, view.reason, usage, settings)

        return [report(session) for session in sessions]
