"""A line as an answer shows it: the report, and who is told of its events."""

from __future__ import annotations

from typing import Any

from chalicelib.shapes.session import session_shape
from chalicelib.wiring import api
from switchboard.application.read_session import SessionReport
from switchboard.domain.ids import OrganizationId


def shown(report: SessionReport) -> dict[str, Any]:
    """A line that was read already."""
    receivers = api().webhooks.read.stored(report.session.organization_id)
    return session_shape(report, receivers)


def session_answer(name: OrganizationId) -> dict[str, Any]:
    """One line, read now.

    Raises:
        NotFound: no such line.
    """
    return shown(api().read_session(name))
