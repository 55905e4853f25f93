"""The runbook's commands end staged incidents: run as written, on the local stack."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.e2e.conftest import RunningStack
from tests.support.builders import message_seen
from tests.support.runbook import entry

from demo.scenario import until
from switchboard.adapters.clock import SystemClock
from switchboard.domain.ids import OrganizationId
from switchboard.domain.inbound import InboundEvent, to_wire

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 120
WELL_AGAIN = {"t": "mode", "mode": "MAIN", "socket": "CONNECTED"}
type Unique = Callable[[str], str]


class Desk:
    """A shell in which `switchboard` works on the local stack."""

    def __init__(self, stack: RunningStack, folder: Path) -> None:
        self.stack = stack
        command = folder / "switchboard"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m switchboard "$@"\n')
        command.chmod(command.stat().st_mode | stat.S_IXUSR)
        self.environment = {
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "shared/src"),
            "SWITCHBOARD_LOCAL": str(stack.stack.folder / "run.json"),
        }

    def sh(self, script: str, **variables: str) -> str:
        """Run a block as a person pastes it, and end at its first failure."""
        done = subprocess.run(
            ["sh", "-euc", script],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=ENDS_WITHIN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def follow(self, name: str, **variables: str) -> str:
        """Everything that an entry says to run."""
        blocks = entry(name).commands
        assert blocks
        return "".join(self.sh(block, **variables) for block in blocks)

    def rows(self, words: str) -> list[dict[str, Any]]:
        return json.loads(self.sh(f"switchboard {words} --json"))

    def waiting(self, queue: str) -> int:
        """What the alarm of a dead-letter queue looks at."""
        url = self.stack.facts["queues"][f"{queue}_dead_letter"]
        name = "ApproximateNumberOfMessages"
        sqs = client(self.stack, "sqs")
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
        return int(told[name])


@pytest.fixture
def desk(stack: RunningStack, tmp_path: Path) -> Desk:
    return Desk(stack, tmp_path)


def client(stack: RunningStack, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=stack.facts["aws_endpoint"],
        region_name=stack.facts["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def queue(stack: RunningStack, name: str, *texts: str) -> list[str]:
    """Messages to as many customers, none of whom ever wrote."""
    bodies = [
        {"session": name, "chatId": f"1555000992{number}@c.us", "text": text}
        for number, text in enumerate(texts)
    ]
    return [stack.api.call("POST", "/api/messages", body)["id"] for body in bodies]


def state(stack: RunningStack, name: str, message: str) -> str:
    return str(stack.api.call("GET", f"/api/messages/{message}?session={name}")["state"])


def all_read(stack: RunningStack, name: str, messages: list[str]) -> bool:
    return all(state(stack, name, one) == "READ" for one in messages)


def bodies(stack: RunningStack, name: str) -> list[str]:
    return [
        message["body"]
        for chat in stack.api.pages(f"/api/{name}/chats")
        for message in stack.api.pages(f"/api/{name}/chats/{chat['id']}/messages")
    ]


def test_incoming_messages_that_were_given_up_are_stored_after_all(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name = unique("given-up")
    stack.api.call("POST", "/api/sessions", {"name": name, "start": False})
    desk.sh("switchboard dead-letters drop inbound")
    seen = message_seen(SystemClock().now(), time.time_ns() % 10**12, body="did you get this?")
    event = InboundEvent(OrganizationId(name), 1, seen)
    client(stack, "sqs").send_message(  # as SQS moves it after the tenth delivery
        QueueUrl=stack.facts["queues"]["inbound_dead_letter"],
        MessageBody=json.dumps(to_wire(event)),
        MessageGroupId=event.group_key,
        MessageDeduplicationId=event.deduplication_key,
    )
    until(lambda: desk.waiting("inbound") == 1, 10, "the letter")
    shown = desk.follow("inbound-dead-letters", LINE=name)
    assert "deliveries_used_up" in shown
    assert "did you get this" not in shown
    until(lambda: "did you get this?" in bodies(stack, name), 30, "the message")
    assert desk.waiting("inbound") == 0


def test_sending_that_a_sign_of_a_ban_paused_goes_on(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name, account = unique("paused"), "15550009860"
    stack.link(name, account)
    stack.phone.ctl(op="frame", account=account, t="temp_ban", info={"code": 101, "expireTs": 1})
    paused = lambda: stack.api.call("GET", f"/api/{name}/restriction")["active"]  # noqa: E731
    until(paused, 30, "the pause")
    stack.phone.ctl(op="frame", account=account, **WELL_AGAIN)
    until(lambda: stack.state(name) == "CONNECTED", 60, "the line to be well again")
    kept = queue(stack, name, "one", "two")
    shown = desk.follow("sending-paused", LINE=name)
    assert "temporary_ban" in shown
    assert kept[0] in shown
    assert not paused()
    until(lambda: all_read(stack, name, kept), 60, "the kept messages")


def test_messages_that_failed_are_sent_once_the_cause_is_gone(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name, account = unique("refused"), "15550009861"
    stack.link(name, account)
    desk.sh("switchboard dead-letters drop send")
    stack.phone.ctl(op="config", refuseNewChats=True)
    try:
        (message,) = queue(stack, name, "again, please")
        until(lambda: state(stack, name, message) == "FAILED", 60, "the failure")
    finally:
        stack.phone.ctl(op="config", refuseNewChats=False)
    assert desk.waiting("send") == 1
    shown = desk.follow("send-dead-letters", LINE=name)
    assert "queued again" in shown
    until(lambda: all_read(stack, name, [message]), 60, "the message")
    assert len(stack.phone.sent(account)) == 1
    assert desk.waiting("send") == 0


def test_what_waits_for_a_line_that_somebody_stopped_goes_out(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name, account = unique("stuck"), "15550009862"
    stack.link(name, account)
    stack.api.call("POST", f"/api/sessions/{name}/stop")
    until(lambda: stack.state(name) == "STOPPED", 60, "the stop")
    kept = queue(stack, name, "one", "two")
    shown = desk.follow("stopped_by_user", LINE=name)
    assert "stopped_by_user" in shown
    until(lambda: all_read(stack, name, kept), 60, "the kept messages, without a scan")
    assert desk.rows(f"outbox {name}") == []


def test_a_line_whose_newest_login_is_damaged_starts_from_the_one_before(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name, account = unique("damaged"), "15550009863"
    stack.link(name, account)
    until(lambda: objects(stack, f"profiles/{name}/"), 60, "a snapshot")
    stack.phone.ctl(op="msg", account=account, body="hello", **{"from": "110990005563@lid"})
    until(lambda: "hello" in bodies(stack, name), 30, "the customer's message")
    desk.sh(f"switchboard stop {name}")
    before = [row["generation"] for row in desk.rows(f"snapshots list {name}")]
    assert len(before) > 1
    assert damage(stack, name, before[0]) > 0
    offset = stack.stack.log("browser-host").stat().st_size
    desk.follow("snapshots-unusable", LINE=name)
    until(lambda: stack.state(name) == "CONNECTED", 60, "the line without a scan")
    told = records(stack, name, offset)
    assert "session.snapshot.restored" in told
    assert "session.snapshot.unusable" not in told


def test_a_host_that_has_to_go_hands_its_lines_over(
    stack: RunningStack, desk: Desk, unique: Unique
) -> None:
    name, account = unique("handed"), "15550009864"
    stack.link(name, account)
    (line,) = desk.rows(f"lines {name}")
    shown = desk.follow("host-memory", HOST=line["host"], LINE=name)
    assert "gone" in shown
    until(lambda: stack.stack.host.poll() is not None, 30, "the host to end")
    assert stack.stack.host.returncode == 0
    stack.stack.supervise()  # as ECS does
    until(lambda: stack.state(name) == "CONNECTED", 90, "the line without a scan")
    (now,) = desk.rows(f"lines {name}")
    assert now["host"] not in (None, line["host"])
    assert now["epoch"] > line["epoch"]


def objects(stack: RunningStack, prefix: str) -> list[str]:
    s3, bucket = client(stack, "s3"), stack.facts["bucket"]
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return [one["Key"] for one in found]


def damage(stack: RunningStack, name: str, generation: str) -> int:
    """Flip a bit of every object of a generation; how many there were."""
    s3, bucket = client(stack, "s3"), stack.facts["bucket"]
    found = objects(stack, f"profiles/{name}/{generation}")
    for key in found:
        body = bytearray(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        body[len(body) // 2] ^= 1
        s3.put_object(Bucket=bucket, Key=key, Body=bytes(body))
    return len(found)


def records(stack: RunningStack, name: str, offset: int) -> list[str]:
    """What the host logged of a line since."""
    with stack.stack.log("browser-host").open("rb") as log:
        log.seek(offset)
        lines = [json.loads(line) for line in log.read().splitlines() if line.startswith(b"{")]
    return [one.get("message", "") for one in lines if one.get("organization_id") == name]
