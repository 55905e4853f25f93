"""Every message of both directions, and what became of it."""

import itertools
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import requests
from tests.e2e.chaos.cluster import Cluster
from tests.e2e.chaos.wire import Sent, wrong_copies

SETTLED = {"SENT", "DELIVERED", "READ"}
ACCEPTED_WITHIN_SECONDS = 90.0
WRITES_EVERY_SECONDS = 0.1
WRITES_BEFORE_SECONDS = 1.0
WRITES_AFTER_SECONDS = 1.0
TAKEN = 2  # the ack that the customer sees once a page has stored what he wrote
UNPUSHED_SECONDS = 2.0
"""The protocol's loss window: what a page acknowledged and its host did not push yet."""
NOTED_WITHIN = 0.5
"""Seconds from the fault to its note: what is written later was never the lost host's."""
UNPUSHED_WAITS_SECONDS = 20.0
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Written:
    """One message: the line, its text, when (Unix seconds), and our id when it is outbound."""

    line: str
    text: str
    at: float
    id: str | None = None


@dataclass(slots=True)
class Ledger:
    """Messages with one customer of his own, so that each count is small.

    Attributes:
        began: When it was opened (Unix seconds).
        unpushed_until: When the host's memory and its pages' disk were lost together (Unix
            seconds), None where they were not.
    """

    cluster: Cluster
    customer: str = field(default_factory=lambda: f"1555{next(_numbers):07d}@c.us")
    outbound: list[Written] = field(default_factory=list)
    inbound: list[Written] = field(default_factory=list)
    began: float = field(default_factory=time.time)
    unpushed_until: float | None = None
    _settled: set[Written] = field(default_factory=set)

    def send(self, *lines: str) -> None:
        """One message from each line, accepted by the API (asked again while it is away)."""
        for line in lines:
            text, at = f"out {next(_numbers)}", time.time()
            self.outbound.append(Written(line, text, at, self._accepted(line, text)))

    def hear(self, *lines: str) -> None:
        """The customer writes to each line."""
        for line in lines:
            text, at = f"in {next(_numbers)}", time.time()
            fields = {"account": self.cluster.lines[line], "body": text, "from": self.customer}
            self.cluster.phone.ctl(op="msg", **fields)
            self.inbound.append(Written(line, text, at))

    @contextmanager
    def customer_writes(self, *lines: str) -> Iterator[None]:
        """The customer writes without a pause from before the block until after it."""
        done = threading.Event()

        def write() -> None:
            while not done.wait(WRITES_EVERY_SECONDS):
                self.hear(*lines)

        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write)
            try:
                time.sleep(WRITES_BEFORE_SECONDS)
                yield
                time.sleep(WRITES_AFTER_SECONDS)
            finally:
                done.set()
        writing.result()

    def settle(self, within: float) -> int:
        """Wait until every message has come to its end.

        Returns:
            How many have not, without those that were lost with a page.
        """
        progress = time.monotonic()
        deadline = progress + within
        while True:
            open_now = {*self.outbound, *self.inbound} - self._settled
            if ended := self._ended(open_now):
                progress = time.monotonic()
                self._settled |= ended
                open_now -= ended
            waits = open_now - set(self._unpushed(open_now))
            now = time.monotonic()
            late = now > (deadline if waits else min(deadline, progress + UNPUSHED_WAITS_SECONDS))
            if not open_now or late:
                return len(waits)
            time.sleep(0.5)

    def count(self) -> dict[str, Any]:
        """Lost and doubled messages, both ways, and what was on the wire."""
        shown, stored = self._shown(), self._stored(self.inbound)
        missing = [each for each in self.outbound if not shown[each.line, each.text]]
        missing += [each for each in self.inbound if not stored[each.line, each.text]]
        unpushed = self._unpushed(missing)
        copies = [shown[each.line, each.text] for each in self.outbound]
        copies += [stored[each.line, each.text] for each in self.inbound]
        return {
            "sent": len(self.outbound),
            "heard": len(self.inbound),
            "lost": len(missing) - len(unpushed),
            "missing": [f"{each.line}: {each.text}" for each in missing],
            "lost_unpushed": len(unpushed),
            "unpushed_s": [round((self.unpushed_until or 0) - each.at, 2) for each in unpushed],
            "doubled": sum(count - 1 for count in copies if count > 1),
            **self._wire_counts(),
        }

    def sent_from(self, address: str, after: float) -> int:
        """How many messages a host's pages put on the wire after a moment (Unix seconds)."""
        return sum(
            entry["peer"] == address and entry["time"] > after
            for line in self._lines()
            for entry in self._sent(line)
        )

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

    def _ended(self, among: set[Written]) -> set[Written]:
        shown, stored = self._shown(), self._stored([each for each in among if not each.id])
        return {
            each
            for each in among
            if (shown if each.id else stored)[each.line, each.text]
            and (not each.id or self._message(each)["state"] in SETTLED)
        }

    def _unpushed(self, missing: Iterable[Written]) -> list[Written]:
        """Those of them that a page acknowledged just before it was lost with its host."""
        if self.unpushed_until is None:
            return []
        since, until = self.unpushed_until - UNPUSHED_SECONDS, self.unpushed_until + NOTED_WITHIN
        young = [each for each in missing if not each.id and since < each.at <= until]
        taken = {
            (line, message["body"])
            for line in {each.line for each in young}
            for message in self._chat(line)
            if message["writer"] == "customer" and message["ack"] >= TAKEN
        }
        return [each for each in young if (each.line, each.text) in taken]

    def _message(self, written: Written) -> dict[str, Any]:
        path = f"/api/messages/{written.id}?session={written.line}"
        return dict(self.cluster.running.api.call("GET", path))

    def _lines(self) -> set[str]:
        return {each.line for each in (*self.outbound, *self.inbound)}

    def _chat(self, line: str) -> list[dict[str, Any]]:
        """What the customer's phone shows."""
        fields = {"account": self.cluster.lines[line], "chat": self.customer}
        return list(self.cluster.phone.ctl(op="chat", limit=100_000, **fields))

    def _shown(self) -> Counter[tuple[str, str]]:
        """Copies that the customer's phone shows."""
        return Counter(
            (line, each["body"])
            for line in self._lines()
            for each in self._chat(line)
            if each["writer"] == "line"
        )

    def _stored(self, asked: list[Written]) -> Counter[tuple[str, str]]:
        """Copies that the API shows, of the lines that are asked for."""
        found = Counter[tuple[str, str]]()
        for line in {each.line for each in asked}:
            path = f"/api/{line}/chats/{self.customer}/messages"
            try:
                messages = self.cluster.running.api.pages(path)
            except requests.HTTPError as error:
                if error.response.status_code != HTTPStatus.NOT_FOUND:
                    raise
                continue  # no such chat yet
            found.update((line, each["body"]) for each in messages if not each["fromMe"])
        return found

    def _wire_counts(self) -> dict[str, int]:
        copies = self._copies()
        return {
            "most_wire_copies": max(map(len, copies.values()), default=0),
            "wrong_copies": sum(
                wrong_copies(found, self._sent_at(written))
                for written, found in copies.items()
                if len(found) > 1
            ),
            "sent_when_replaced": sum(
                entry["refused"] == "replaced" and entry["time"] > self.began
                for line in self._lines()
                for entry in self._sent(line)
            ),
        }

    def _copies(self) -> dict[Written, list[Sent]]:
        """All copies of each outbound message on the wire, also those that nobody took."""
        ours = {(each.line, each.text): each for each in self.outbound}
        found = defaultdict[Written, list[Sent]](list)
        for line in self._lines():
            for entry in self._sent(line):
                if written := ours.get((line, entry["body"])):
                    found[written].append(entry)
        return found

    def _sent(self, line: str) -> list[Sent]:
        account = self.cluster.lines[line]
        return list(self.cluster.phone.ctl(op="sent", account=account, refused=True))

    def _sent_at(self, written: Written) -> float | None:
        at = self._message(written)["sentAt"]
        return datetime.fromisoformat(at).timestamp() if at else None
