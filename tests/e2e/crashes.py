"""Kill the host with -9 after a message left and before anybody could note it: protocol's worst row.

`make verify-crashes ROUNDS=20` prints a JSON line a setting; it ends 0 when the phone never showed a
second copy and nothing was lost. WhatsApp Web itself sends what has no ack again when it loads:
with `resend` the wire carries two copies and that the phone shows one is WhatsApp's part. With
`unconfirmed` there is one on the wire, so that it holds without WhatsApp's part (`dedup` off) too.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from tests.e2e.conftest import RunningStack

from demo.scenario import until
from run.stack import Stack

CUSTOMER = "15550009901@c.us"
SLOW_ACK_SECONDS = 5.0
"""Long enough to kill the host between the wire and the ack."""
SETTLED = {"READ", "UNCONFIRMED", "FAILED"}
BACK_WITHIN_SECONDS = 120.0


@dataclass(frozen=True)
class Outcome:
    """One staged crash: copies on the wire and on the customer's phone, the end, seconds to it."""

    wire_copies: int
    copies_shown: int
    state: str
    seconds: float


class Crashes:
    """Stages crashes on one line of a running stack.

    Args:
        stack: Running, with a simulator.
        on_unknown: The organization's setting, `resend` or `unconfirmed`.
        dedup: Whether the phone shows a second message with the same id only once.
    """

    def __init__(self, stack: RunningStack, on_unknown: str, *, dedup: bool) -> None:
        self.stack, self.on_unknown, self.dedup = stack, on_unknown, dedup
        self.name, self.account, self.round = "", "", 0

    def link(self, name: str, account: str) -> None:
        self.name, self.account = name, account
        self.stack.link(name, account, onUnknown=self.on_unknown)
        until(self._is_stored, 90, "the line's first snapshot")

    def _is_stored(self) -> bool:
        """What a page might send again is left behind by going on with what is stored."""
        log = self.stack.stack.log("browser-host").read_text().splitlines()
        published = (line for line in log if "session.snapshot.published" in line)
        return any(f'"{self.name}"' in line for line in published)

    def stage(self) -> Outcome:
        self.round += 1
        text = f"{self.name}, round {self.round}"
        self._configure(ackDelays={"sent": SLOW_ACK_SECONDS}, dedup=self.dedup)
        body = {"session": self.name, "chatId": CUSTOMER, "text": text}
        message = self.stack.api.call("POST", "/api/messages", body)["id"]
        self._kill_once_sent(text)
        began = time.monotonic()
        self._configure(ackDelays={"sent": 0.0})
        self.stack.stack.supervise()
        path = f"/api/messages/{message}?session={self.name}"
        read = lambda: self.stack.api.call("GET", path)["state"]  # noqa: E731
        until(lambda: read() in SETTLED, BACK_WITHIN_SECONDS, f"the end of {text}")
        wire = [entry["body"] for entry in self.stack.phone.sent(self.account)].count(text)
        outcome = Outcome(wire, self._shown(text), read(), time.monotonic() - began)
        self._configure(dedup=True)
        _say(f"{self.on_unknown} {text}: {outcome}")
        return outcome

    def _configure(self, **settings: Any) -> None:
        self.stack.phone.ctl(op="config", **settings)

    def _kill_once_sent(self, text: str) -> None:
        host = psutil.Process(self.stack.host_pid())
        deadline = time.monotonic() + 30
        while text not in (entry["body"] for entry in self.stack.phone.sent(self.account)):
            assert time.monotonic() < deadline, "the message was not sent"
            time.sleep(0.005)
        os.kill(host.pid, signal.SIGKILL)
        psutil.wait_procs([host], timeout=5)

    def _shown(self, text: str) -> int:
        chat = self.stack.phone.ctl(op="chat", account=self.account, chat=CUSTOMER, limit=1000)
        return sum(message["body"] == text for message in chat)


def verify(rounds: int, on_unknown: str, account: str, *, dedup: bool) -> bool:
    """Stage the rounds on a stack of their own."""
    with tempfile.TemporaryDirectory() as folder, Stack(_say, folder=Path(folder)) as stack:
        crashes = Crashes(RunningStack(stack), on_unknown, dedup=dedup)
        crashes.link("crashed", account)
        outcomes = [crashes.stage() for _ in range(rounds)]
    states = Counter(outcome.state for outcome in outcomes)
    report = {
        "on_unknown": on_unknown,
        "dedup": dedup,
        "rounds": rounds,
        "most_wire_copies": max(outcome.wire_copies for outcome in outcomes),
        "most_copies": max(outcome.copies_shown for outcome in outcomes),
        "lost": sum(outcome.copies_shown == 0 for outcome in outcomes),
        "unconfirmed": states["UNCONFIRMED"],
        "states": dict(states),
        "recovered_s_max": round(max(outcome.seconds for outcome in outcomes), 1),
    }
    print(json.dumps(report), flush=True)
    return report["most_copies"] == 1 and report["lost"] == 0 and not states["FAILED"]


def _say(text: str) -> None:
    print(f"verify-crashes: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    kinds = (
        ("resend", "15550009821", True),
        ("unconfirmed", "15550009822", True),
        ("unconfirmed", "15550009824", False),
    )
    passed = [verify(wanted, kind, account, dedup=dedup) for kind, account, dedup in kinds]
    sys.exit(not all(passed))
