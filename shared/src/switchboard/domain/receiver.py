"""Receivers of web hooks: where, what, how often again, and with which headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from switchboard.domain.errors import InvalidInput
from switchboard.domain.events import ANY_EVENT, EventName
from switchboard.domain.ids import derive
from switchboard.domain.public_address import (
    ALLOWED_PORTS,
    Reach,
    is_allowed,
    is_loopback,
)

MAX_RECEIVERS = 10
MAX_URL = 2_000
MAX_HEADERS = 20
MAX_HEADER_VALUE = 2_000
MAX_HMAC_KEY = 512
MAX_ATTEMPTS = 50
LONGEST_DELAY = timedelta(hours=1)
"""Between two attempts, however the policy grows: a receiver that is back is not kept waiting."""
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_-]{1,63})*\.?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
_OUR_HEADERS = re.compile(
    r"x-webhook-.*|host|content-(length|type|encoding)|transfer-encoding|connection|te|trailer"
    r"|upgrade|expect|keep-alive|proxy-.*",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"https": 443, "http": 80}


class Policy(StrEnum):
    """How the pause between attempts grows."""

    CONSTANT = "constant"
    LINEAR = "linear"
    EXPONENTIAL = "exponential"


@dataclass(frozen=True, slots=True)
class Retries:
    """When a failed delivery is tried again; the default lasts for four hours."""

    policy: Policy = Policy.EXPONENTIAL
    delay: timedelta = timedelta(seconds=2)
    attempts: int = 15
    """Tries in all; the last failure makes a dead letter."""

    def pause(self, attempt: int) -> timedelta:
        """How long after the failed attempt of this number, from 1, the next one is due."""
        match self.policy:
            case Policy.CONSTANT:
                pause = self.delay
            case Policy.LINEAR:
                pause = self.delay * attempt
            case Policy.EXPONENTIAL:
                pause = self.delay * 2 ** min(attempt - 1, 30)
        return min(LONGEST_DELAY, pause)

    @property
    def lasting(self) -> timedelta:
        """From the first attempt to the last."""
        return sum((self.pause(number) for number in range(1, self.attempts)), timedelta())


@dataclass(frozen=True, slots=True)
class Receiver:
    """One web hook of an organization; key and header values are never shown again."""

    url: str
    events: tuple[str, ...] = (ANY_EVENT,)
    hmac_key: str | None = field(default=None, repr=False)
    retries: Retries = field(default_factory=Retries)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def id(self) -> str:
        """The same as long as the URL is."""
        return derive("receiver", self.url)[:16]

    def wants(self, name: EventName) -> bool:
        """Whether it asked for the event; a test goes to everybody."""
        return ANY_EVENT in self.events or name in (*self.events, EventName.WEBHOOK_TEST)


def parse_url(text: str, field_name: str, reach: Reach) -> str:
    """A receiver's URL, as it may stand in the settings; names are resolved later.

    Raises:
        InvalidInput: not https, credentials in it, a port of something else, a private address.
    """
    if len(text) > MAX_URL:
        raise InvalidInput(field_name, f"{MAX_URL} characters at most")
    if not text.isascii() or re.search(r"[\x00-\x20\x7f\\]", text):
        raise InvalidInput(field_name, "must be ASCII without spaces; write IDNs as xn--")
    parts = _split(text, field_name)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise InvalidInput(field_name, "must not hold credentials: use customHeaders")
    if parts.fragment:
        raise InvalidInput(field_name, "must not have a fragment")
    local = reach is Reach.LOOPBACK_TOO and (is_loopback(host) or host == "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise InvalidInput(field_name, "must start with https://")
    if port_of(parts) not in ALLOWED_PORTS and not local:
        ports = ", ".join(str(port) for port in sorted(ALLOWED_PORTS))
        raise InvalidInput(field_name, f"port must be one of {ports}")
    _check_host(host, field_name, reach)
    return text


def port_of(parts: SplitResult) -> int:
    """The port of a URL, its scheme's when none is given."""
    return parts.port if parts.port is not None else _DEFAULT_PORTS.get(parts.scheme, 0)


def same_place(url: str) -> str:
    """One text for all ways to write a parsed URL."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return f"{parts.scheme}://{host}:{port_of(parts)}{parts.path or '/'}?{parts.query}"


def parse_header(name: str, value: str, field_name: str) -> tuple[str, str]:
    """One header of a receiver's own.

    Raises:
        InvalidInput: a name that is no token or is ours, a value with control characters.
    """
    if not _HEADER_NAME.fullmatch(name):
        raise InvalidInput(f"{field_name}.name", "must be a header's name")
    if _OUR_HEADERS.fullmatch(name):
        raise InvalidInput(f"{field_name}.name", "is a header that the request has already")
    if len(value) > MAX_HEADER_VALUE or not _HEADER_VALUE.fullmatch(value):
        raise InvalidInput(
            f"{field_name}.value", f"must be {MAX_HEADER_VALUE} printable characters at most"
        )
    return name, value


def _split(text: str, field_name: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise InvalidInput(field_name, "must be a URL") from error
    return parts


def _check_host(host: str, field_name: str, reach: Reach) -> None:
    """Literal addresses are judged at once, also those that only a resolver would read as one.

    Source: URL Standard, host parsing: a last label that is a number makes an IPv4 address.
    """
    if ":" in host or re.fullmatch(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)\.?", host):
        if not is_allowed(host, reach):
            raise InvalidInput(field_name, "must not point to a private address")
    elif not _HOST.fullmatch(host):
        raise InvalidInput(field_name, "must have a host's name")
    elif reach is Reach.PUBLIC and (host.rstrip(".") == "localhost" or "." not in host):
        raise InvalidInput(field_name, "must not point to a private address")
