"""The two doors that the demo uses: Switchboard's API and the simulated phone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests

TIMEOUT_SECONDS = 30


@dataclass(slots=True)
class ApiClient:
    """Switchboard's API with one key."""

    url: str
    key: str
    http: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, body: object | None = None) -> Any:
        """Call a route.

        Raises:
            requests.HTTPError: any status of 400 or more.
        """
        answer = self.http.request(
            method,
            f"{self.url.rstrip('/')}{path}",
            json=body,
            headers={"X-Api-Key": self.key},
            timeout=TIMEOUT_SECONDS,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def pages(self, path: str) -> list[dict[str, Any]]:
        """All items of a listing that is a plain array with an X-Next-Cursor header."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            joint = "&" if "?" in path else "?"
            suffix = f"{joint}limit=100" + (f"&cursor={cursor}" if cursor else "")
            answer = self.http.get(
                f"{self.url.rstrip('/')}{path}{suffix}",
                headers={"X-Api-Key": self.key},
                timeout=TIMEOUT_SECONDS,
            )
            answer.raise_for_status()
            items += answer.json()
            cursor = answer.headers.get("X-Next-Cursor", "")
            if not cursor:
                return items


@dataclass(slots=True)
class Phone:
    """The simulator's control API."""

    url: str
    http: requests.Session = field(default_factory=requests.Session)

    def ctl(self, **fields: object) -> Any:
        """One control operation."""
        answer = self.http.post(f"{self.url}/__ctl", json=fields, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def sent(self, account: str) -> list[dict[str, Any]]:
        """What the account's page put on the wire."""
        entries: list[dict[str, Any]] = self.ctl(op="sent", account=account)
        return [entry for entry in entries if entry["account"] == account]
