"""How a receiver knows that a request is ours and new: HMAC over time and body."""

from __future__ import annotations

import hashlib
import hmac

ALGORITHM = "sha512"


def signature(key: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-512 of `<timestamp>.<body>` in hexadecimal."""
    signed = timestamp.encode() + b"." + body
    return hmac.new(key.encode(), signed, hashlib.sha512).hexdigest()
