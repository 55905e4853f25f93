"""Deliveries as one binary attribute: an event's text compressed stays far below 100 kB."""

from __future__ import annotations

import json
import zlib

from switchboard.domain.delivery import Delivery, from_wire, to_wire


def pack(delivery: Delivery) -> bytes:
    """Compressed JSON."""
    text = json.dumps(to_wire(delivery), ensure_ascii=False)
    return zlib.compress(text.encode("utf8", "replace"))


def unpack(packed: bytes) -> Delivery:
    """What `pack` wrote."""
    return from_wire(zlib.decompress(packed).decode())
