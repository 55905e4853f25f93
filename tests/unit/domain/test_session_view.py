"""What a reader is told of a line, and when it reconnects."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.support.builders import HOST, A

from switchboard.domain.session import (
    HOST_LOST_AFTER,
    Lease,
    Reason,
    Session,
    SessionStatus,
    SessionView,
    Wanted,
    as_seen,
    reconnect_delay,
)

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
SILENT = SessionView(SessionStatus.DISCONNECTED, Reason.HOST_LOST)


def line(status: SessionStatus, reason: Reason, *, owned: bool) -> Session:
    owner = HOST if owned else None
    return Session(A, Wanted.RUNNING, status, reason, NOW, NOW, epoch=3, owner=owner)


@pytest.mark.parametrize("status", SessionStatus)
def test_a_line_whose_owner_is_silent_is_disconnected_whatever_is_stored(
    status: SessionStatus,
) -> None:
    session = line(status, Reason.LINKED, owned=True)
    stored = SessionView(status, Reason.LINKED)
    assert as_seen(session, NOW - HOST_LOST_AFTER, NOW) == stored
    assert as_seen(session, NOW - HOST_LOST_AFTER - timedelta(milliseconds=1), NOW) == SILENT
    assert as_seen(session, None, NOW) == SILENT


@pytest.mark.parametrize("status", SessionStatus)
def test_a_line_without_owner_is_shown_as_stored(status: SessionStatus) -> None:
    session = line(status, Reason.QR_EXPIRED, owned=False)
    assert as_seen(session, None, NOW) == SessionView(status, Reason.QR_EXPIRED)


def test_only_an_owned_line_has_a_lease() -> None:
    assert line(SessionStatus.CONNECTED, Reason.LINKED, owned=True).lease == Lease(A, HOST, 3)
    assert line(SessionStatus.STOPPED, Reason.CREATED, owned=False).lease is None


def test_reconnects_wait_twice_as_long_up_to_half_a_minute() -> None:
    waits = [reconnect_delay(attempt).total_seconds() for attempt in range(1, 7)]
    assert waits == [2, 4, 8, 16, 30, 30]
