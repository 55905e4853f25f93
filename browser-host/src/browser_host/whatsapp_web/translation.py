"""From what the page reports to channel events: level-triggered, so that a repeat changes nothing.

WhatsApp's states and their words are known here and in the page's scripts, nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from browser_host.whatsapp_web.messages import (
    ack_seen,
    edit_seen,
    message_seen,
    reaction_seen,
    revocation_seen,
)
from browser_host.whatsapp_web.moments import moment
from browser_host.whatsapp_web.raw_event import RawEvent
from switchboard.domain.channel_events import (
    ChannelEvent,
    LoginEnded,
    PageGone,
    Paired,
    QrExhausted,
    QrShown,
    Ready,
    Restricted,
    SocketChanged,
)
from switchboard.domain.errors import InvalidInput
from switchboard.domain.session import Account
from switchboard.ports.clock import Clock

_log = logging.getLogger(__name__)

QRS_SHOWN = 6
"""WhatsApp hands a page six codes; after the last it shows none until it is reloaded."""
FIRST_QR_LIFETIME = timedelta(seconds=60)
LATER_QR_LIFETIME = timedelta(seconds=20)

_RESTRICTIONS = {
    "TOS_BLOCK": "terms_blocked",
    "SMB_TOS_BLOCK": "terms_blocked",
    "PROXYBLOCK": "proxy_blocked",
}
_LOGOUT_CODES = {"3": "account_locked"}
"""Source: wa-js, LOGOUT_REASON_CODE: the address that a page reloads to names a code."""
_MODES_ABOVE_SOCKET = frozenset({*_RESTRICTIONS, "CONFLICT", "DEPRECATED_VERSION"})


@dataclass(slots=True)
class Translator:
    """Follows one page through its documents; `translate` yields the events in order."""

    clock: Clock
    qr_number: int = 0
    last_code: str | None = None
    exhausted: bool = False
    scanning: bool = False
    """A QR was shown and no login followed yet."""
    linked: bool = False
    ready: bool = False
    ended: bool = False
    socket: str | None = None
    _handlers: dict[str, Callable[[Any], Iterator[ChannelEvent]]] = field(init=False)

    def __post_init__(self) -> None:
        self._handlers = {
            "boot": self._boot,
            "state": self._state,
            "code": self._code,
            "code_idle": lambda _: self._exhaust(),
            "logout": lambda told: self._end_login(told["reason"]),
            "banned": self._banned,
            "unavailable": lambda _: iter([Restricted("service_unavailable")]),
            "message": lambda raw: iter([message_seen(raw)]),
            "ack": lambda raw: iter([ack_seen(raw, self.clock.now())]),
            "reaction": lambda raw: iter([reaction_seen(raw)]),
            "edit": lambda raw: iter([edit_seen(raw)]),
            "revocation": lambda raw: iter([revocation_seen(raw)]),
            "fault": self._fault,
        }

    def translate(self, raw: RawEvent) -> list[ChannelEvent]:
        """The channel events that follow from one raw event; often none."""
        handler = self._handlers.get(raw.kind)
        if handler is None:
            return []
        try:
            return list(handler(raw.value))
        except InvalidInput as error:
            _log.warning("page.event.unknown_form", extra={"field": error.field})
            return []
        except KeyError as error:  # a page that is half loaded, or another one than we know
            _log.warning("page.event.unknown_form", extra={"field": str(error.args[0])})
            return []

    def _boot(self, _: Any) -> Iterator[ChannelEvent]:
        """A new document starts from nothing; the login it resumes is not a new one."""
        self.qr_number, self.last_code, self.exhausted = 0, None, False
        self.ready = False
        yield from ()

    def _code(self, raw: str) -> Iterator[ChannelEvent]:
        if raw == self.last_code or self.exhausted:
            return
        self.last_code = raw
        self.scanning, self.linked = True, False
        if self.qr_number == QRS_SHOWN:
            yield from self._exhaust()
            return
        self.qr_number += 1
        lifetime = FIRST_QR_LIFETIME if self.qr_number == 1 else LATER_QR_LIFETIME
        yield QrShown(raw, self.qr_number, lifetime)

    def _exhaust(self) -> Iterator[ChannelEvent]:
        if self.scanning and not self.exhausted:
            self.exhausted = True
            yield QrExhausted()

    def _state(self, state: Mapping[str, Any]) -> Iterator[ChannelEvent]:
        if not state["loaded"]:
            return
        if state["socket"] == "UNPAIRED_IDLE":
            yield from self._exhaust()
        if state["authenticated"]:
            yield from self._authenticated(state)
        elif self.linked and state["socket"] == "UNPAIRED":
            yield from self._end_login("unknown")
        yield from self._socket(state)

    def _socket(self, state: Mapping[str, Any]) -> Iterator[ChannelEvent]:
        """CONNECTED is told while this document is Ready: before that nothing may be sent."""
        mode, word = state["mode"], state["socket"]
        if mode in _MODES_ABOVE_SOCKET or (self.ready and word == "CONNECTED" and mode != "MAIN"):
            word = mode  # a page that left MAIN neither sends nor hears, whatever its socket says
        elif word == "CONNECTED" and not self.ready:
            return
        if word is None or word == self.socket:
            return
        self.socket = word
        yield SocketChanged(word)
        if word in _RESTRICTIONS:
            yield Restricted(_RESTRICTIONS[word])

    def _authenticated(self, state: Mapping[str, Any]) -> Iterator[ChannelEvent]:
        if self.scanning:
            self.scanning, self.ended = False, False
            yield Paired()
        self.linked = True
        if self.ready or state["mode"] != "MAIN" or not state["full_ready"]:
            return
        if state["missing"]:
            yield PageGone(f"page changed: not found: {', '.join(state['missing'])}")
            return
        self.ready, self.ended = True, False
        yield _ready(state["account"])

    def _end_login(self, reason: str) -> Iterator[ChannelEvent]:
        if self.ended:
            return
        self.ended, self.ready, self.linked = True, False, False
        yield LoginEnded(_LOGOUT_CODES.get(reason, reason))

    def _banned(self, told: Mapping[str, Any]) -> Iterator[ChannelEvent]:
        code = None if told["code"] is None else str(told["code"])
        yield Restricted("temporary_ban", code, moment(told["expires"]))

    def _fault(self, told: Mapping[str, Any]) -> Iterator[ChannelEvent]:
        """A listener of ours threw: the page changed under it, other listeners go on."""
        _log.warning(
            "page.listener.failed", extra={"listener": told["name"], "error_type": told["error"]}
        )
        yield from ()


def _ready(account: Mapping[str, Any]) -> Ready:
    linked = Account(account["phone"], account["lid"], account["push_name"])
    return Ready(linked, account["web_version"] or "unknown", account["wa_js_version"])
