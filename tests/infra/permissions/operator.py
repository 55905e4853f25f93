"""What people on call do with the operator's command, every subcommand of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
from tests.infra.permissions.cloud import Cloud
from tests.support.builders import A, accepted, want_running

from switchboard.bootstrap.identifiers import new_id
from switchboard.bootstrap.operator.command import main
from switchboard.bootstrap.operator.deployment import _QUEUES
from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.host import Host
from switchboard.domain.ids import HostId
from switchboard.domain.message import MessageStatus

STACK = "switchboard"
HOST_QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/switchboard-test-host-1"


def on_call(cloud: Cloud) -> None:
    """A day on call."""
    with cloud.unrecorded():
        host, failed = _something_happened(cloud)
    for words in _words(str(host), failed):
        assert main(words.split()) == 0, words


def _words(host: str, failed: str) -> Iterator[str]:
    yield from ("lines", f"lines {A}", "hosts", f"outbox {A}", f"failed {A}", f"notices {A}")
    yield f"redrive {A} {failed}"
    yield from (f"pause {A}", f"resume {A}", f"stop {A} --wait 0", f"start {A}")
    yield f"snapshots list {A}"
    yield f"drain {host} --wait 0"
    yield "dead-letters list"
    for queue in _QUEUES:
        yield f"dead-letters list {queue}"
        yield f"dead-letters drop {queue}" if queue == "events" else f"dead-letters redrive {queue}"


def _something_happened(cloud: Cloud) -> tuple[HostId, str]:
    """A line on a host, two messages that failed and letters in every dead-letter queue."""
    w, now = cloud.world, datetime.now(UTC)
    _outputs(cloud)
    want_running(w)
    host = HostId(new_id())
    w.hosts.register(Host(host, HOST_QUEUE, 1, now, 10))
    w.sessions.acquire(A, host, HOST_QUEUE, now)
    kept = [accepted(w, number) for number in (1, 2)]
    for entry in kept:
        w.failed.keep(
            FailedEntry(entry, MessageStatus.FAILED, "unknown", now),
            w.messages.read(A, entry.message_id),
        )
    for own, _ in _QUEUES.values():
        _send(_url(cloud, own), {"nobody": "knows"})
    letter = {"organization_id": A, "message_id": kept[1].message_id}
    _send(_url(cloud, "SendDeadLetterQueueUrl"), letter)
    return host, kept[0].message_id


def _send(queue: str, letter: dict[str, str]) -> None:
    fifo = {"MessageGroupId": A, "MessageDeduplicationId": new_id()} if "fifo" in queue else {}
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(letter), **fifo)


def _url(cloud: Cloud, output: str) -> str:
    return str(cloud.stack.value(cloud.stack.body["Outputs"][output]["Value"]))


def _outputs(cloud: Cloud) -> None:
    """The stack as the command sees it: its outputs."""
    outputs = {
        name: {"Value": cloud.stack.value(one["Value"])}
        for name, one in cloud.stack.body["Outputs"].items()
        if isinstance(cloud.stack.value(one["Value"]), str)
    }
    body = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
    boto3.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(body))
