"""One event as the page's bridge reports it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class RawEvent:
    """`boot` names the document, `seq` counts from 1 within it."""

    boot: str
    seq: int
    kind: str
    value: Any


def raw_event(fields: dict[str, Any]) -> RawEvent:
    """From the bridge's JSON object.

    Raises:
        KeyError: a part is missing.
    """
    return RawEvent(fields["boot"], fields["seq"], fields["kind"], fields["value"])


def parse_raw_event(payload: str) -> RawEvent:
    """From a binding's payload.

    Raises:
        ValueError: not an event of the bridge.
    """
    try:
        return raw_event(json.loads(payload))
    except (KeyError, TypeError) as error:
        raise ValueError("not an event of the bridge") from error
