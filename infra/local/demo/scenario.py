"""What happens in the demo, and what is counted afterwards."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.clients import ApiClient, Phone

CUSTOMERS = 4
ROUNDS = 2
BURST = ("Hello!", "One question please:")
LINK_WITHIN_SECONDS = 90.0
REPLY_WITHIN_SECONDS = 120.0
READ_WITHIN_SECONDS = 30.0
_KNOWLEDGE = Path(__file__).with_name("knowledge.json")


@dataclass(slots=True)
class Customer:
    """One customer of one organization."""

    phone: str
    chat_id: str
    waiting_since: float = 0.0
    inbound: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One organization with its account and customers."""

    name: str
    account: str
    customers: list[Customer]
    linked_ms: float = 0.0
    reply_ms: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Demo:
    """Runs the walk; `say` tells a person what happens."""

    api: ApiClient
    phone: Phone
    say: Callable[[str], None]
    lines: list[Line] = field(default_factory=list)

    def run(self) -> dict[str, Any]:
        """Link, write, wait, count."""
        stamp = f"{int(time.time()):x}"
        for index, letter in enumerate("ab"):
            line = _line(f"demo-{letter}-{stamp}", index)
            self.lines.append(line)
            self._link(line)
        for number in range(ROUNDS):
            self.say(f"round {number + 1}: {CUSTOMERS} customers of each write a burst")
            self._round(number)
        self._wait_for_reads()
        return self._report()

    def _link(self, line: Line) -> None:
        """Create, teach, start, scan; until CONNECTED shows by itself."""
        started = time.monotonic()
        self.api.call("POST", "/api/sessions", {"name": line.name, "start": False})
        for entry in json.loads(_KNOWLEDGE.read_text(encoding="utf8")):
            entry["answer"] = f"{entry['answer']} [{line.name}]"
            self.api.call("PUT", f"/api/{line.name}/knowledge/{entry.pop('id')}", entry)
        self.api.call("POST", f"/api/sessions/{line.name}/start")
        qr = until(lambda: self._qr(line), LINK_WITHIN_SECONDS, f"a QR of {line.name}")
        self.phone.ctl(op="scan", ref=qr, pn=line.account)
        until(lambda: self._connected(line), LINK_WITHIN_SECONDS, f"{line.name} to connect")
        line.linked_ms = (time.monotonic() - started) * 1000
        self.say(f"{line.name} is linked after {line.linked_ms / 1000:.1f} s")

    def _state(self, line: Line) -> str:
        return str(self.api.call("GET", f"/api/sessions/{line.name}")["state"])

    def _qr(self, line: Line) -> str | None:
        if self._state(line) != "WAITING_QR":
            return None
        return str(self.api.call("GET", f"/api/{line.name}/auth/qr?format=raw")["value"])

    def _connected(self, line: Line) -> bool:
        return self._state(line) == "CONNECTED"

    def _round(self, number: int) -> None:
        questions = _questions()
        for index in range(CUSTOMERS):
            for line in self.lines:
                question = questions[(index + number * CUSTOMERS) % len(questions)]
                self._burst(line, line.customers[index], question)
        for line in self.lines:
            self._wait_for_replies(line, number + 1)

    def _burst(self, line: Line, customer: Customer, question: str) -> None:
        for text in (*BURST, question):
            sent = f"3A{len(customer.inbound):04d}{customer.phone}{line.account}"[:32].upper()
            self.phone.ctl(
                op="msg",
                account=line.account,
                id=sent,
                body=text,
                name=f"Customer {customer.phone[-2:]}",
                **{"from": customer.chat_id},
            )
            customer.inbound.append(sent)
        customer.waiting_since = time.time()

    def _wait_for_replies(self, line: Line, replies: int) -> None:
        def all_there() -> bool:
            by_chat = Counter(entry["chat"] for entry in self.phone.sent(line.account))
            return all(by_chat[customer.chat_id] >= replies for customer in line.customers)

        until(all_there, REPLY_WITHIN_SECONDS, f"replies of {line.name}")
        last = {entry["chat"]: entry["time"] for entry in self.phone.sent(line.account)}
        for customer in line.customers:
            line.reply_ms.append((last[customer.chat_id] - customer.waiting_since) * 1000)

    def _wait_for_reads(self) -> None:
        self.say("waiting for the ticks")

        def all_read() -> bool:
            return all(
                message["state"] == "READ"
                for line in self.lines
                for message in self._messages(line)
                if message["fromMe"]
            )

        until(all_read, READ_WITHIN_SECONDS, "every reply to be read")

    def _messages(self, line: Line) -> list[dict[str, Any]]:
        chats = self.api.pages(f"/api/{line.name}/chats")
        return [
            message
            for chat in chats
            for message in self.api.pages(f"/api/{line.name}/chats/{chat['id']}/messages")
        ]

    def _report(self) -> dict[str, Any]:
        totals: Counter[str] = Counter()
        acks: Counter[str] = Counter()
        for line in self.lines:
            self._count(line, totals, acks)
        times = sorted(value for line in self.lines for value in line.reply_ms)
        return {
            "organizations": len(self.lines),
            "linked_ms": round(max(line.linked_ms for line in self.lines)),
            "inbound": totals["inbound"],
            "stored": totals["stored"],
            "replies": totals["replies"],
            "reply_ms_p50": round(statistics.median(times)),
            "reply_ms_p95": round(times[max(0, round(0.95 * len(times)) - 1)]),
            "acks": dict(acks),
            "duplicates": totals["duplicates"],
            "lost": totals["lost"],
            "crosstalk": totals["crosstalk"],
        }

    def _count(self, line: Line, totals: Counter[str], acks: Counter[str]) -> None:
        stored = self._messages(line)
        incoming = Counter(_hex(message["id"]) for message in stored if not message["fromMe"])
        outgoing = [message for message in stored if message["fromMe"]]
        written = {hex_ for customer in line.customers for hex_ in customer.inbound}
        wire = self.phone.sent(line.account)
        chats = {customer.chat_id for customer in line.customers}
        totals["inbound"] += len(written)
        totals["stored"] += sum(incoming.values())
        totals["replies"] += len(wire)
        totals["duplicates"] += sum(incoming.values()) - len(incoming)
        totals["duplicates"] += len(wire) - len({entry["id"] for entry in wire})
        totals["duplicates"] += max(0, len(wire) - ROUNDS * CUSTOMERS)
        totals["lost"] += len(written - incoming.keys())
        totals["lost"] += max(0, ROUNDS * CUSTOMERS - len(wire), len(wire) - len(outgoing))
        totals["crosstalk"] += len(incoming.keys() - written)
        totals["crosstalk"] += sum(1 for entry in wire if not _belongs(entry, line, chats))
        for message in outgoing:
            for name, stamp in (
                ("SENT", "sentAt"),
                ("DELIVERED", "deliveredAt"),
                ("READ", "readAt"),
            ):
                acks[name] += 1 if message.get(stamp) else 0


def _line(name: str, index: int) -> Line:
    account = f"1555000{index + 1:02d}00"
    phones = [f"1555000{index + 1:02d}{number + 1:02d}" for number in range(CUSTOMERS)]
    return Line(name, account, [Customer(phone, _lid(phone)) for phone in phones])


def _lid(phone: str) -> str:
    """The simulator's privacy id of a phone: most real chats carry one instead of a number."""
    return f"1{phone[::-1]}@lid"


def _belongs(entry: dict[str, Any], line: Line, chats: set[str]) -> bool:
    """A reply of another organization carries its name; a foreign chat is foreign by itself."""
    foreign = "[demo-" in entry["body"] and f"[{line.name}]" not in entry["body"]
    return entry["chat"] in chats and not foreign


def _hex(serialized: str) -> str:
    return serialized.split("_")[2]


def _questions() -> list[str]:
    entries = json.loads(_KNOWLEDGE.read_text(encoding="utf8"))
    return [entry["phrasings"][0] for entry in entries]


def until[T](check: Callable[[], T], seconds: float, what: str) -> T:
    """Ask until the answer is true, and return it.

    Raises:
        TimeoutError: naming what did not come.
    """
    deadline = time.monotonic() + seconds
    while not (answer := check()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.2)
    return answer
