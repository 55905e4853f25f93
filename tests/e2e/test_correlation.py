"""One id leads from a customer's message to the reply, through every log and across every queue."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from tests.e2e.conftest import RunningStack

from demo.scenario import until

CUSTOMER_LID = "110990005564@lid"
WAY = (
    ("browser-host", "inbound.message.heard"),
    ("inbound", "inbound.message.stored"),
    ("answer", "inbound.turn.finished"),
    ("dispatcher", "outbound.message.ready"),
    ("browser-host", "outbound.message.sent"),
)
"""Who logs what on the way; between them lie the inbound, timer, send and host queues."""


def function_logs(stack: RunningStack) -> Iterator[str]:
    logs = boto3.client(
        "logs",
        endpoint_url=stack.facts["aws_endpoint"],
        region_name=stack.facts["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    for group in logs.describe_log_groups()["logGroups"]:
        events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        yield from (line for event in events for line in event["message"].splitlines())


def told(stack: RunningStack, name: str) -> list[dict[str, Any]]:
    """What host and functions logged of a line, in the order of time."""
    host = stack.stack.log("browser-host").read_text(encoding="utf8").splitlines()
    lines = [line[line.index("{") :] for line in (*host, *function_logs(stack)) if "{" in line]
    records = [json.loads(line) for line in lines if line.endswith("}") and f'"{name}"' in line]
    mine = [one for one in records if "message" in one and one.get("organization_id") == name]
    return sorted(mine, key=lambda one: one["timestamp"])


def test_one_id_leads_from_a_message_to_its_reply(
    stack: RunningStack, unique: Callable[[str], str]
) -> None:
    name, account = unique("followed"), "15550009865"
    stack.link(name, account)
    for body in ("hello", "when do you open?"):
        stack.phone.ctl(op="msg", account=account, body=body, **{"from": CUSTOMER_LID})
    until(lambda: stack.phone.sent(account), 60, "the reply")
    sent = lambda: [one for one in told(stack, name) if one["message"] == WAY[-1][1]]  # noqa: E731
    (reply,) = until(sent, 30, "the reply in the log")
    followed = [
        one for one in told(stack, name) if one.get("correlation_id") == reply["correlation_id"]
    ]
    way = [(one["service"], one["message"]) for one in followed]
    assert [one for one in way if one in WAY] == list(WAY)
    heard = [one for one in told(stack, name) if one["message"] == WAY[0][1]]
    assert len({one["correlation_id"] for one in heard}) == len(heard) == 2
    assert not any("when do you open" in json.dumps(one) for one in told(stack, name))
