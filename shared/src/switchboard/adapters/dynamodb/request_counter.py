"""Requests counted in DynamoDB; its TTL removes old windows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from switchboard.adapters.dynamodb import keys
from switchboard.adapters.dynamodb.connection import translated
from switchboard.adapters.dynamodb.rows import RequestCountRow

_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DynamoRequestCounter:
    """`RequestCounter`."""

    def add(self, key_id: str, window_start: datetime, count: int) -> int:
        """Count requests."""
        row = RequestCountRow(keys.requests(key_id), keys.window(window_start))
        expires = round((window_start + _KEPT).timestamp())
        actions: list[Action] = [
            RequestCountRow.made.add(count),
            RequestCountRow.expires_at.set(expires),
        ]
        with translated():
            row.update(actions)
        return int(row.made)
