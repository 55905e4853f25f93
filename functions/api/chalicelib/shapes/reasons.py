"""A sentence and the user's next step for every reason; `docs/reasons.md` tells more."""

from __future__ import annotations

from switchboard.domain.session import Reason

_WAIT = "Wait: it mends itself."
_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.CREATED: ("The line was never started.", "Start it."),
    Reason.STARTING: ("WhatsApp Web is starting.", "Wait some seconds."),
    Reason.SCAN_QR: ("A QR code waits.", "Scan it: WhatsApp, Linked devices, Link a device."),
    Reason.LINKED: ("The line is connected.", "Nothing to do."),
    Reason.STOPPED_BY_USER: ("The line was stopped; its login is kept.", "Start it again."),
    Reason.LOGGED_OUT: ("The device was unlinked.", "Scan the new QR code."),
    Reason.ACCOUNT_LOCKED: (
        "WhatsApp locked the account.",
        "Follow WhatsApp's notice, scan again, then resume sending.",
    ),
    Reason.UNEXPECTED_LOGOUT: (
        "WhatsApp logged the device out by itself.",
        "Look at the phone for a notice, scan again, then resume sending.",
    ),
    Reason.TEMPORARY_BAN: ("WhatsApp restricts the account.", "Let it rest, then resume sending."),
    Reason.QR_EXPIRED: ("Six QR codes passed unscanned.", "Start the line again and scan."),
    Reason.STREAM_REPLACED: ("The account was opened elsewhere.", "Close the other browser."),
    Reason.PHONE_OFFLINE: ("The phone is offline.", "Switch the phone on."),
    Reason.SOCKET_LOST: ("The connection to WhatsApp was lost.", _WAIT),
    Reason.PAGE_CRASHED: ("The page stopped working.", _WAIT),
    Reason.PAGE_NEVER_READY: ("WhatsApp Web did not become ready.", _WAIT),
    Reason.CLIENT_OUTDATED: ("WhatsApp refuses this version.", "Ask the operator to update."),
    Reason.PROXY_BLOCKED: ("WhatsApp blocks this network.", "Ask the operator."),
    Reason.TERMS_BLOCKED: ("WhatsApp blocks the account.", "Read WhatsApp's notice on the phone."),
    Reason.WA_JS_MISMATCH: ("The injected bundle is not the pinned one.", "Ask the operator."),
    Reason.MEMORY_BUDGET: ("The line's browser outgrew its memory and is started again.", _WAIT),
    Reason.BUILD_REFUSED: (
        "This login was kept by another browser than the host's.",
        "Wait for a host with the right browser; ask the operator when it lasts.",
    ),
    Reason.MAX_RECONNECT_REACHED: ("Five reconnects failed.", "Look at the error, start again."),
    Reason.HOST_LOST: ("The line's host fell silent.", _WAIT),
    Reason.HOST_STOPPED: ("The line's host was stopped.", _WAIT),
    Reason.HOST_FULL: ("The line's host had too little room for it.", _WAIT),
}
SENTENCES = {reason: texts[0] for reason, texts in _TEXTS.items()}
NEXT_STEPS = {reason: texts[1] for reason, texts in _TEXTS.items()}
