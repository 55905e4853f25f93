"""Bodies about a line, as WAHA's clients send them."""

from __future__ import annotations

from chalicelib.contract.schema import ANYTHING, NOTHING, Schema, takes, text, yes_or_no
from chalicelib.requests.webhooks import WEBHOOKS
from chalicelib.settings import SETTINGS_CHANGE

_TAKEN_NOT_USED = (
    "debug",
    "ignore",
    "client",
    "noweb",
    "gows",
    "webjs",
)
"""WAHA's own, which its clients may send; `groups` and `webhooks` are what we have."""

CONFIG: Schema = takes(
    "SessionConfig",
    optional=SETTINGS_CHANGE["properties"]
    | dict.fromkeys(_TAKEN_NOT_USED, ANYTHING)
    | {"webhooks": WEBHOOKS, "proxy": NOTHING},
)
SESSION_CREATE = takes(
    "SessionCreate",
    {"name": text("the organization's id, which is also its line's name", longest=64)},
    {
        "start": yes_or_no("start the line too; true when absent"),
        "config": CONFIG,
        "apps": ANYTHING,
    },
)
SESSION_UPDATE = takes("SessionUpdate", optional={"config": CONFIG, "apps": ANYTHING})
