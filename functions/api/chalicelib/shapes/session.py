"""A line as WAHA's clients know it, with our own state beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.contract.schema import choice, gives, many, moment, nullable, text, whole
from chalicelib.settings import SETTINGS, settings_shape
from chalicelib.shapes.account import ME
from chalicelib.shapes.reasons import NEXT_STEPS, SENTENCES
from chalicelib.shapes.restriction import RESTRICTION
from chalicelib.shapes.webhook import SESSION_WEBHOOK, session_webhooks_shape
from switchboard.application.event_payloads import WAHA_STATUS, restriction_payload
from switchboard.application.read_session import SessionReport
from switchboard.domain.events import me_of
from switchboard.domain.moment import iso, milliseconds
from switchboard.domain.rate_limit import WINDOWS, Usage
from switchboard.domain.receiver import Receiver
from switchboard.domain.session import Reason, Session, SessionStatus, Wanted

_QR = gives("QrState", {"number": whole("1 to 6"), "expiresAt": nullable(moment())})
_QUOTA = gives(
    "Quota",
    {
        "window": choice([window.name for window in WINDOWS]),
        "limit": whole(),
        "used": whole(),
        "remaining": whole(),
    },
)
_CONFIG = gives(
    "SessionSettings",
    {**SETTINGS["properties"], "webhooks": many(SESSION_WEBHOOK, "the receivers of its events")},
)
SESSION = gives(
    "Session",
    {
        "name": text("the organization's id"),
        "status": choice(dict.fromkeys(WAHA_STATUS.values()), "WAHA's word for `state`"),
        "state": choice(SessionStatus),
        "reason": choice(Reason),
        "reasonText": text(),
        "nextStep": text("what a person can do"),
        "wanted": choice(Wanted, "what was asked for"),
        "me": ME,
        "qr": nullable(_QR),
        "createdAt": moment(),
        "updatedAt": moment(),
        "connectedAt": nullable(moment()),
        "disconnectedAt": nullable(moment()),
        "lastError": nullable(text()),
        "webVersion": nullable(text("the build of WhatsApp Web")),
        "waJsVersion": nullable(text()),
        "lastEventAt": nullable(moment("WhatsApp's last word, to the minute")),
        "restriction": RESTRICTION,
        "quota": many(_QUOTA),
        "config": _CONFIG,
        "presence": gives("NoPresence", {}),
        "timestamps": gives("Timestamps", {"activity": whole("milliseconds of Unix time")}),
    },
)


def session_shape(report: SessionReport, receivers: Sequence[Receiver]) -> dict[str, Any]:
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
        "me": me_of(session.account),
        "qr": _qr(session),
        "createdAt": iso(session.created_at),
        "updatedAt": iso(session.updated_at),
        "connectedAt": iso(session.connected_at),
        "disconnectedAt": iso(session.disconnected_at),
        "lastError": session.last_error,
        "webVersion": session.web_version,
        "waJsVersion": session.wa_js_version,
        "lastEventAt": iso(session.last_event_at),
        "restriction": restriction_payload(session),
        "quota": [_quota(usage) for usage in report.usage],
        "config": {
            **settings_shape(session.limits, report.settings),
            "webhooks": session_webhooks_shape(receivers),
        },
        "presence": {},
        "timestamps": {"activity": milliseconds(session.updated_at)},
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
