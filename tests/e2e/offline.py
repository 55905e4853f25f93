"""Messages that come while no host is there: each stored once, answered once at most, old ones never.

`make verify-offline COUNT=300` prints a JSON line for a host that was killed and one for a host
that was stopped, and ends 0 when both kept the promise.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import Any

from tests.e2e.conftest import RunningStack

from cloud import children
from demo.scenario import until
from run.stack import Stack

PER_CHAT = 10
FEWEST_CHATS = 4
STALE_SECONDS = 2 * 3600
"""Twice what may be answered after an absence."""
GONE_WITHIN_SECONDS = 30.0
STORED_WITHIN_SECONDS = 300.0
ANSWERED_WITHIN_SECONDS = 300.0
QUIET_SECONDS = 8.0
"""Longer than a burst is waited for: a second reply would come within."""
LIMITS = {"perMinute": 100, "perHour": 1000, "perDay": 2000}
ANSWER = "the answer"
ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
QUESTIONS = tuple(f"question {tens} {ones}" for tens in ONES[:2] for ones in ONES)


class Age(StrEnum):
    """Of the messages of one conversation."""

    FRESH = "fresh"
    STALE = "stale"
    MIXED = "mixed"
    """Old ones, and a fresh one at the end."""


class Away(StrEnum):
    """How the host went."""

    KILLED = "killed"
    STOPPED = "stopped"


@dataclass(slots=True)
class Chat:
    """One customer, and the ids of what that customer wrote."""

    chat_id: str
    age: Age
    written: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted once nothing moved any more."""

    away: str
    messages: int
    rows: int
    lost: int
    duplicates: int
    conversations: int
    answered: int
    handed_off: int
    most_replies: int
    stale_replies: int
    unanswered: int
    seconds: float

    @property
    def kept(self) -> bool:
        """Whether the promise held; that there were replies shows that one could have broken it."""
        broken = self.lost + self.duplicates + self.stale_replies + self.unanswered
        return broken == 0 and self.rows == self.messages and self.most_replies == 1


class Offline:
    """Stages an absence of the host on one line of a running stack.

    Args:
        stack: Running, with a simulator.
    """

    def __init__(self, stack: RunningStack) -> None:
        self.stack = stack
        self.name, self.account = "", ""

    def link(self, name: str, account: str) -> None:
        self.name, self.account = name, account
        self.stack.link(name, account, limits=LIMITS)
        entry = {"phrasings": list(QUESTIONS), "answer": ANSWER}
        self.stack.api.call("PUT", f"/api/{name}/knowledge/all", entry)

    def stage(self, count: int, away: Away) -> Outcome:
        self._take_away(away)
        chats = self._write(count)
        began = time.monotonic()
        self.stack.stack.supervise()
        waiting = list(chats)
        until(lambda: self._all_stored(waiting), STORED_WITHIN_SECONDS, f"{count} rows")
        until(lambda: not self._unanswered(), ANSWERED_WITHIN_SECONDS, "the replies")
        self._wait_until_quiet()
        return self._counted(chats, away, time.monotonic() - began)

    def _take_away(self, away: Away) -> None:
        host = self.stack.stack.host
        assert host is not None
        if away is Away.STOPPED:
            children.stop(host, within=60.0)
        else:
            os.kill(host.pid, signal.SIGKILL)
            host.wait(timeout=5)
        until(lambda: self._pages() == 0, GONE_WITHIN_SECONDS, "the page to go")

    def _pages(self) -> int:
        accounts = self.stack.phone.ctl(op="state")["accounts"]
        return sum(one["online"] for one in accounts if one["number"] == self.account)

    def _write(self, count: int) -> list[Chat]:
        ages = cycle((Age.FRESH, Age.STALE, Age.MIXED))
        number = max(FEWEST_CHATS, count // PER_CHAT)
        chats = [Chat(_lid(f"1555010{each:04d}"), next(ages)) for each in range(number)]
        for index in range(count):
            chat = chats[index % number]
            last = index + number >= count
            old = chat.age is Age.STALE or (chat.age is Age.MIXED and not last)
            self._say_something(chat, index, time.time() - (STALE_SECONDS if old else 0))
        return chats

    def _say_something(self, chat: Chat, index: int, at: float) -> None:
        sent = f"3A{index:06d}{self.account}"
        body = QUESTIONS[len(chat.written) % len(QUESTIONS)]
        chat.written.append(sent)
        told = self.stack.phone.ctl(
            op="msg",
            account=self.account,
            id=sent,
            body=body,
            ts=int(at),
            **{"from": chat.chat_id},
        )
        assert told["queued"] == 1, "the line's device was there"

    def _wait_until_quiet(self) -> None:
        known, since = -1, time.monotonic()
        while time.monotonic() - since < QUIET_SECONDS:
            now = len(self.stack.phone.sent(self.account))
            if now != known:
                known, since = now, time.monotonic()
            time.sleep(0.5)

    def _listed(self) -> list[dict[str, Any]]:
        return self.stack.api.pages(f"/api/{self.name}/chats")

    def _messages(self, chat: Chat) -> list[dict[str, Any]]:
        return self.stack.api.pages(f"/api/{self.name}/chats/{chat.chat_id}/messages")

    def _all_stored(self, waiting: list[Chat]) -> bool:
        """Drops from the list whose messages are there: the stack has more to do than to answer."""
        known = {each["id"] for each in self._listed()}
        while waiting and waiting[-1].chat_id in known:
            if not set(waiting[-1].written) <= set(self._heard(waiting[-1:])):
                break
            waiting.pop()
        return not waiting

    def _unanswered(self) -> list[dict[str, Any]]:
        return [each for each in self._listed() if each["unanswered"]]

    def _counted(self, chats: list[Chat], away: Away, seconds: float) -> Outcome:
        rows = Counter(self._heard(chats))
        written = {sent for chat in chats for sent in chat.written}
        replies = Counter(entry["chat"] for entry in self.stack.phone.sent(self.account))
        answerable = [chat for chat in chats if chat.age is not Age.STALE]
        handed = {each["id"] for each in self._listed() if each["needsHuman"]}
        silent = [one for one in answerable if not replies[one.chat_id]]
        return Outcome(
            away=away.value,
            messages=len(written),
            rows=rows.total(),
            lost=len(written - rows.keys()),
            duplicates=rows.total() - len(rows),
            conversations=len(chats),
            answered=len(answerable) - len(silent),
            handed_off=len(handed),
            most_replies=max(replies.values(), default=0),
            stale_replies=sum(replies[one.chat_id] for one in chats if one.age is Age.STALE),
            unanswered=sum(one.chat_id not in handed for one in silent),
            seconds=round(seconds, 1),
        )

    def _heard(self, chats: list[Chat]) -> Iterator[str]:
        """The id part of WhatsApp's key of each stored message of a customer."""
        for chat in chats:
            for one in self._messages(chat):
                if not one["fromMe"]:
                    yield one["id"].split("_")[2]


def _lid(phone: str) -> str:
    """The simulator's privacy id of a phone: most real chats carry one instead of a number."""
    return f"1{phone[::-1]}@lid"


def verify(count: int, away: Away, account: str) -> bool:
    """Stage one absence on a stack of its own, and print what was counted."""
    with tempfile.TemporaryDirectory() as folder, Stack(_say, folder=Path(folder)) as stack:
        offline = Offline(RunningStack(stack))
        offline.link("offline", account)
        outcome = offline.stage(count, away)
    print(json.dumps({**asdict(outcome), "ok": outcome.kept}), flush=True)
    return outcome.kept


def _say(text: str) -> None:
    print(f"verify-offline: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    kinds = ((Away.STOPPED, "15550009861"), (Away.KILLED, "15550009862"))
    passed = [verify(wanted, away, account) for away, account in kinds]
    sys.exit(not all(passed))
