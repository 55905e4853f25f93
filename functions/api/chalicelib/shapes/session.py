"""A line as WAHA's clients know it, with our own state beside it."""

from __future__ import annotations

from typing import Any

from chalicelib.shapes.reasons import NEXT_STEPS, SENTENCES
from chalicelib.shapes.times import iso
from switchboard.application.read_session import SessionReport
from switchboard.domain.rate_limit import Usage
from switchboard.domain.session import Session, SessionStatus

WAHA_STATUS = {
    SessionStatus.STOPPED: "STOPPED",
    SessionStatus.STARTING: "STARTING",
    SessionStatus.WAITING_QR: "SCAN_QR_CODE",
    SessionStatus.CONNECTED: "WORKING",
    SessionStatus.DISCONNECTED: "STARTING",
    SessionStatus.ERROR: "FAILED",
}


def session_shape(report: SessionReport) -> dict[str, Any]:
    """One line."""
    session = report.session
    return {
        "name": session.organization_id,
        "status": WAHA_STATUS[report.status],
        "state": report.status.value,
        "reason": report.reason.value,
        "reasonText": SENTENCES[report.reason],
        "nextStep": NEXT_STEPS[report.reason],
        "wanted": session.wanted.value,
        "me": me_shape(session),
        "qr": _qr(session),
        "createdAt": iso(session.created_at),
        "updatedAt": iso(session.updated_at),
        "connectedAt": iso(session.connected_at),
        "disconnectedAt": iso(session.disconnected_at),
        "lastError": session.last_error,
        "webVersion": session.web_version,
        "restriction": restriction_shape(report),
        "quota": [_quota(usage) for usage in report.usage],
        "config": _config(report),
    }


def me_shape(session: Session) -> dict[str, Any] | None:
    """The linked account."""
    account = session.account
    if account.phone is None and account.lid is None:
        return None
    chat = f"{account.phone}@c.us" if account.phone else account.lid
    return {"id": chat, "pushName": account.push_name, "lid": account.lid}


def restriction_shape(report: SessionReport) -> dict[str, Any]:
    """Whether sending is paused, why, and until when."""
    session = report.session
    active = session.pause_reason is not None
    return {
        "active": active,
        "kind": session.pause_reason,
        "until": iso(session.paused_until) if active else None,
    }


def _qr(session: Session) -> dict[str, Any] | None:
    if session.qr_code is None:
        return None
    return {"number": session.qr_number, "expiresAt": iso(session.qr_expires_at)}


def _quota(usage: Usage) -> dict[str, Any]:
    return {
        "window": usage.window,
        "limit": usage.limit,
        "used": usage.used,
        "remaining": usage.remaining,
    }


def _config(report: SessionReport) -> dict[str, Any]:
    limits, settings = report.session.limits, report.settings
    return {
        "limits": {
            "perMinute": limits.per_minute,
            "perHour": limits.per_hour,
            "perDay": limits.per_day,
        },
        "agent": settings.agent.value,
        "groups": settings.groups,
        "handOffText": settings.hand_off_text,
        "onUnknown": settings.on_unknown.value,
    }
