"""A line as an answer shows it: the report, and who is told of its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.shapes.session import session_shape
from chalicelib.wiring import api
from switchboard.application.read_session import SessionReport
from switchboard.domain.ids import OrganizationId


def shape_for(reports: Sequence[SessionReport]) -> Callable[[SessionReport], dict[str, Any]]:
    """How these lines are shown; their receivers are read in one request."""
    names = [report.session.organization_id for report in reports]
    receivers = api().webhooks.read.stored(names)

    def shape(report: SessionReport) -> dict[str, Any]:
        return session_shape(report, receivers.get(report.session.organization_id, ()))

    return shape


def session_answer(name: OrganizationId) -> dict[str, Any]:
    """One line, read now.

    Raises:
        NotFound: no such line.
    """
    report = api().read_session(name)
    return shape_for([report])(report)
