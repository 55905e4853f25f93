"""Receivers of web hooks in requests: WAHA's words; secrets that are not given stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalicelib.contract.schema import Schema, choice, many, takes, text, whole
from switchboard.domain.errors import InvalidInput
from switchboard.domain.events import ANY_EVENT, EventName
from switchboard.domain.public_address import Reach
from switchboard.domain.receiver import (
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    MAX_HEADER_VALUE,
    MAX_HEADERS,
    MAX_HMAC_KEY,
    MAX_RECEIVERS,
    MAX_URL,
    Policy,
    Receiver,
    Retries,
    parse_header,
    parse_url,
    same_place,
)

_NEVER_SENT = (
    "message.ack.group",
    "message.waiting",
    "state.change",
    "group.join",
    "group.leave",
    "group.v2.join",
    "group.v2.leave",
    "group.v2.update",
    "group.v2.participants",
    "presence.update",
    "poll.vote",
    "poll.vote.failed",
    "chat.archive",
    "call.received",
    "call.accepted",
    "call.rejected",
    "label.upsert",
    "label.deleted",
    "label.chat.added",
    "label.chat.deleted",
    "event.response",
    "event.response.failed",
    "engine.event",
)
"""WAHA's events that we do not have: its clients may ask for them and hear none."""
EVENT_NAMES = (ANY_EVENT, *EventName, *_NEVER_SENT)
_MOST_EVENTS = 100
_HEADER = takes(
    "WebhookHeader",
    {"name": text(longest=100)},
    {"value": text("absent or empty keeps the one that is stored", longest=MAX_HEADER_VALUE)},
)
_HMAC = takes(
    "WebhookHmac",
    optional={"key": text("absent keeps the one stored, empty removes it", longest=MAX_HMAC_KEY)},
)
_RETRIES = takes(
    "WebhookRetries",
    optional={
        "policy": choice(Policy, "how the pause grows; exponential when absent"),
        "delaySeconds": whole(
            "the first pause; 2 when absent",
            lowest=0,
            highest=round(LONGEST_DELAY.total_seconds()),
        ),
        "attempts": whole("tries in all; 15 when absent", lowest=1, highest=MAX_ATTEMPTS),
    },
)
WEBHOOK = takes(
    "Webhook",
    {"url": text("https; no private address", longest=MAX_URL)},
    {
        "events": many(choice(EVENT_NAMES), "all when absent", most=_MOST_EVENTS),
        "hmac": _HMAC,
        "retries": _RETRIES,
        "customHeaders": many(_HEADER, most=MAX_HEADERS),
    },
)
WEBHOOKS: Schema = many(WEBHOOK, "in the place of all that are set", most=MAX_RECEIVERS)
WEBHOOKS_CHANGE = takes("WebhooksChange", {"webhooks": WEBHOOKS})


def parse_receivers(
    given: Sequence[Mapping[str, Any]], present: Sequence[Receiver], field: str, reach: Reach
) -> tuple[Receiver, ...]:
    """The receivers of a checked list; one that was there before keeps its secrets.

    Raises:
        InvalidInput: naming the field.
    """
    stored = {same_place(receiver.url): receiver for receiver in present}
    receivers: dict[str, Receiver] = {}
    for number, one in enumerate(given):
        name = f"{field}[{number}]"
        url = parse_url(one["url"], f"{name}.url", reach)
        place = same_place(url)
        if place in receivers:
            raise InvalidInput(f"{name}.url", "is given twice")
        receivers[place] = _receiver(one, url, stored.get(place, Receiver(url)), name)
    return tuple(receivers.values())


def _receiver(given: Mapping[str, Any], url: str, stored: Receiver, name: str) -> Receiver:
    key = (given.get("hmac") or {}).get("key")
    return Receiver(
        url=url,
        events=tuple(given.get("events") or (ANY_EVENT,)),
        hmac_key=stored.hmac_key if key is None else key or None,
        retries=_retries(given.get("retries") or {}),
        headers=_headers(given.get("customHeaders") or (), stored, f"{name}.customHeaders"),
    )


def _retries(given: Mapping[str, Any]) -> Retries:
    default, delay = Retries(), given.get("delaySeconds")
    return Retries(
        Policy(given.get("policy") or default.policy),
        default.delay if delay is None else timedelta(seconds=delay),
        given.get("attempts") or default.attempts,
    )


def _headers(
    given: Sequence[Mapping[str, Any]], stored: Receiver, field: str
) -> tuple[tuple[str, str], ...]:
    kept = dict(stored.headers)
    headers = []
    for number, one in enumerate(given):
        name, value = one["name"], one.get("value")
        value = value or kept.get(name, value)  # a session shows an empty one
        if value is None:
            raise InvalidInput(f"{field}[{number}].value", "is required")
        headers.append(parse_header(name, value, f"{field}[{number}]"))
    return tuple(headers)
