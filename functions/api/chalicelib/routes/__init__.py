"""Routes, one file a resource; each parses, calls one use case, shapes the answer."""

from __future__ import annotations

from chalicelib.routes import (
    chats,
    console,
    contacts,
    dead_letters,
    health,
    keys,
    knowledge,
    lids,
    lifecycle,
    link,
    messages,
    outbox,
    people,
    presence,
    quota,
    reference,
    restriction,
    screenshot,
    sessions,
    settings,
    webhooks,
)

ROUTES = (
    sessions,
    settings,
    lifecycle,
    link,
    messages,
    chats,
    contacts,
    people,
    lids,
    presence,
    screenshot,
    knowledge,
    restriction,
    outbox,
    quota,
    dead_letters,
    webhooks,
    keys,
    health,
    reference,
    console,
)
"""Each holds a blueprint; the OpenAPI document lists them in this order."""
