"""Bursts on real parts: functions as processes, queues, Chromium, the phone."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.e2e.conftest import RunningStack

from demo.scenario import until

BURSTING, TALKING = "110990005552@lid", "110990005553@lid"
TALKS_FOR_SECONDS, TALKS_EVERY_SECONDS = 60.0, 3.0
ANSWERED_WITHIN_SECONDS = 20.0
WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def messages(stack: RunningStack, name: str, chat: str) -> list[dict[str, Any]]:
    """Oldest first."""
    return list(stack.api.pages(f"/api/{name}/chats/{chat}/messages"))[::-1]


def moment(message: dict[str, Any]) -> float:
    return datetime.fromisoformat(message["createdAt"]).timestamp()


def heard(stack: RunningStack, name: str, chat: str) -> list[dict[str, Any]]:
    return [message for message in messages(stack, name, chat) if not message["fromMe"]]


def replies(stack: RunningStack, name: str, chat: str) -> list[dict[str, Any]]:
    return [message for message in messages(stack, name, chat) if message["fromMe"]]


def test_a_burst_gets_one_reply_and_who_never_pauses_is_answered_in_time(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("bursts"), "15550009811"
    stack.link(name, account)
    phrasings = [f"question {tens} {ones}" for tens in WORDS[:2] for ones in WORDS]
    entry = {"phrasings": phrasings, "answer": "the answer"}
    stack.api.call("PUT", f"/api/{name}/knowledge/all", entry)
    trial = stack.api.call("POST", f"/api/{name}/knowledge/try", {"question": phrasings[3]})
    assert (trial["verdict"], trial["reply"]) == ("answer", "the answer")

    def write(chat: str, body: str) -> None:
        stack.phone.ctl(op="msg", account=account, body=body, **{"from": chat})

    for body in phrasings[:5]:
        write(BURSTING, body)
    ends, talked = time.monotonic() + TALKS_FOR_SECONDS, 0
    while time.monotonic() < ends and talked < len(phrasings):
        write(TALKING, phrasings[talked])
        talked += 1
        time.sleep(TALKS_EVERY_SECONDS)

    def all_answered() -> bool:
        """Everything has arrived, which on a busy machine takes its time, and got its answer."""
        chats = {chat["id"]: chat for chat in stack.api.pages(f"/api/{name}/chats")}
        if not {BURSTING, TALKING} <= chats.keys():
            return False
        arrived = [len(heard(stack, name, chat)) for chat in (BURSTING, TALKING)]
        return arrived == [5, talked] and not any(chats[one]["unanswered"] for one in chats)

    until(all_answered, 90, "every message to be answered")
    assert [one["body"] for one in replies(stack, name, BURSTING)] == ["the answer"]
    waited, waits = None, []
    for message in messages(stack, name, TALKING):
        if message["fromMe"]:
            waits.append(moment(message) - (waited or moment(message)))
            waited = None
        elif waited is None:
            waited = moment(message)
    assert waited is None
    assert len(waits) >= 3
    assert max(waits) <= ANSWERED_WITHIN_SECONDS, waits
