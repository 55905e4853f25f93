"""Every message of both directions, and what became of it."""

import itertools
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

import requests
from tests.e2e.chaos.cluster import Cluster

SETTLED = {"SENT", "DELIVERED", "READ"}
ACCEPTED_WITHIN_SECONDS = 90.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Written:
    """One message: the line, its text, and our id when it is outbound."""

    line: str
    text: str
    id: str | None = None


@dataclass(slots=True)
class Ledger:
    """Messages with one customer of his own, so that each count is small."""

    cluster: Cluster
    customer: str = field(default_factory=lambda: f"1555{next(_numbers):07d}@c.us")
    outbound: list[Written] = field(default_factory=list)
    inbound: list[Written] = field(default_factory=list)
    _open: set[Written] = field(default_factory=set)

    def send(self, *lines: str) -> None:
        """One message from each line, accepted by the API (asked again while it is away)."""
        for line in lines:
            text = f"out {next(_numbers)}"
            self.outbound.append(Written(line, text, self._accepted(line, text)))
            self._open.add(self.outbound[-1])

    def hear(self, *lines: str) -> None:
        """The customer writes to each line."""
        for line in lines:
            text = f"in {next(_numbers)}"
            fields = {"account": self.cluster.lines[line], "body": text, "from": self.customer}
            self.cluster.phone.ctl(op="msg", **fields)
            self.inbound.append(Written(line, text))
            self._open.add(self.inbound[-1])

    def settle(self, within: float) -> int:
        """Wait until every message has come to its end.

        Returns:
            How many have not.
        """
        deadline = time.monotonic() + within
        while True:
            shown, stored = self._shown(), self._stored()
            for each in list(self._open):
                where = shown if each.id else stored
                if where[each.line, each.text] and (not each.id or self._state(each) in SETTLED):
                    self._open.discard(each)
            if not self._open or time.monotonic() > deadline:
                return len(self._open)
            time.sleep(0.5)

    def count(self) -> dict[str, int]:
        """Lost and doubled messages, both ways; wire copies are WhatsApp Web's own resends."""
        shown, stored = self._shown(), self._stored(every=True)
        copies = [shown[each.line, each.text] for each in self.outbound]
        copies += [stored[each.line, each.text] for each in self.inbound]
        return {
            "sent": len(self.outbound),
            "heard": len(self.inbound),
            "lost": copies.count(0),
            "doubled": sum(count - 1 for count in copies if count > 1),
            "most_wire_copies": max(self._on_wire().values(), default=0),
        }

    def sent_by(self, cids: set[str], after: float) -> int:
        """How many messages these connections put on the wire after a moment (Unix seconds)."""
        lines = {each.line for each in self.outbound}
        wire = [entry for line in lines for entry in self._wire(line)]
        return sum(entry["cid"] in cids and entry["time"] > after for entry in wire)

    def _accepted(self, line: str, text: str) -> str:
        api, key = self.cluster.running.api, uuid.uuid4().hex
        body = {"session": line, "chatId": self.customer, "text": text}
        headers = {"X-Api-Key": api.key, "Idempotency-Key": key}
        deadline = time.monotonic() + ACCEPTED_WITHIN_SECONDS
        while True:
            try:
                url = f"{api.url.rstrip('/')}/api/messages"
                answer = requests.post(url, json=body, headers=headers, timeout=30)
                answer.raise_for_status()
                return str(answer.json()["id"])
            except requests.RequestException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _state(self, written: Written) -> str:
        path = f"/api/messages/{written.id}?session={written.line}"
        return str(self.cluster.running.api.call("GET", path)["state"])

    def _shown(self) -> Counter[tuple[str, str]]:
        """Copies that the customer's phone shows."""
        found = Counter[tuple[str, str]]()
        for line in {each.line for each in self.outbound}:
            fields = {"account": self.cluster.lines[line], "chat": self.customer}
            chat = self.cluster.phone.ctl(op="chat", limit=100_000, **fields)
            found.update((line, each["body"]) for each in chat if each["writer"] == "line")
        return found

    def _stored(self, *, every: bool = False) -> Counter[tuple[str, str]]:
        """Copies that the API shows, of the lines where something is open."""
        asked = self.inbound if every else [each for each in self._open if each.id is None]
        found = Counter[tuple[str, str]]()
        for line in {each.line for each in asked}:
            path = f"/api/{line}/chats/{self.customer}/messages"
            try:
                messages = self.cluster.running.api.pages(path)
            except requests.RequestException:  # no such chat yet
                continue
            found.update((line, each["body"]) for each in messages if not each["fromMe"])
        return found

    def _on_wire(self) -> Counter[tuple[str, str]]:
        lines = {each.line for each in self.outbound}
        return Counter((line, entry["body"]) for line in lines for entry in self._wire(line))

    def _wire(self, line: str) -> list[dict[str, str | float]]:
        sent = self.cluster.phone.sent(self.cluster.lines[line])
        texts = {each.text for each in self.outbound}
        return [entry for entry in sent if entry["body"] in texts]
