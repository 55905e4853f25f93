"""Bursts on real parts: functions as processes, queues, Chromium, the phone."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.e2e.conftest import RunningStack

from demo.scenario import until

ACCOUNT = "15550009811"
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


def write(stack: RunningStack, chat: str, body: str) -> None:
    stack.phone.ctl(op="msg", account=ACCOUNT, body=body, **{"from": chat})


def talk(stack: RunningStack, bodies: list[str]) -> int:
    """Write one after the other without a pause; how many were written."""
    ends, talked = time.monotonic() + TALKS_FOR_SECONDS, 0
    while time.monotonic() < ends and talked < len(bodies):
        write(stack, TALKING, bodies[talked])
        talked += 1
        time.sleep(TALKS_EVERY_SECONDS)
    return talked


def all_answered(stack: RunningStack, name: str, written: list[int]) -> bool:
    """Everything has arrived, which on a busy machine takes its time, and got its answer."""
    chats = {chat["id"]: chat for chat in stack.api.pages(f"/api/{name}/chats")}
    if not {BURSTING, TALKING} <= chats.keys():
        return False
    arrived = [len(heard(stack, name, chat)) for chat in (BURSTING, TALKING)]
    return arrived == written and not any(chats[one]["unanswered"] for one in chats)


def waits_of(shown: list[dict[str, Any]]) -> list[float]:
    """Seconds from the first message of each burst to its reply; every burst has one."""
    waited, waits = None, []
    for message in shown:
        if message["fromMe"]:
            waits.append(moment(message) - (waited or moment(message)))
            waited = None
        elif waited is None:
            waited = moment(message)
    assert waited is None
    return waits


def test_a_burst_gets_one_reply_and_who_never_pauses_is_answered_in_time(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name = unique("bursts")
    stack.link(name, ACCOUNT)
    phrasings = [f"question {tens} {ones}" for tens in WORDS[:2] for ones in WORDS]
    entry = {"phrasings": phrasings, "answer": "the answer"}
    stack.api.call("PUT", f"/api/{name}/knowledge/all", entry)
    trial = stack.api.call("POST", f"/api/{name}/knowledge/try", {"question": phrasings[3]})
    assert (trial["verdict"], trial["reply"]) == ("answer", "the answer")

    for body in phrasings[:5]:
        write(stack, BURSTING, body)
    written = [5, talk(stack, phrasings)]
    until(lambda: all_answered(stack, name, written), 90, "every message to be answered")
    assert [one["body"] for one in replies(stack, name, BURSTING)] == ["the answer"]
    waits = waits_of(messages(stack, name, TALKING))
    assert len(waits) >= 3
    assert max(waits) <= ANSWERED_WITHIN_SECONDS, waits
