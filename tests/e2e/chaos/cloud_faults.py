"""Faults of the cloud: DynamoDB browns out, everything restarts."""

import time
from typing import Any

from tests.e2e.chaos.stage import SETTLED_WITHIN_SECONDS, Stage

BROWN_OUT_SECONDS = 30.0
VISIBLE_AGAIN_SECONDS = 60
"""What a function held when the cloud stopped blocks its chat in the inbound queue until then.

The template says six minutes, which nobody wants to wait for here.
"""
LOOKS_FOR_SECONDS = 25.0
"""Longer than the silence after which a host is fenced."""


def brown_out(stage: Stage) -> dict[str, Any]:
    """DynamoDB fails for all hosts, 30 s long: nobody fences anybody, nothing is lost."""
    stage.prepare()
    cluster, ledger = stage.cluster, stage.ledger()
    owners, epochs = cluster.owners(stage.names), cluster.epochs(stage.names)
    hosts = [host for host in cluster.hosts if host.runs]
    ledger.send(*stage.names)
    with ledger.customer_writes(*stage.names):
        for host in hosts:
            host.doors.brown_out()
        ledger.send(*stage.names)
    time.sleep(BROWN_OUT_SECONDS)
    for host in hosts:
        host.doors.mend()
    mended = time.monotonic()
    ledger.send(*stage.names)
    ledger.settle(SETTLED_WITHIN_SECONDS)
    took = dict.fromkeys(stage.names, time.monotonic() - mended)
    time.sleep(LOOKS_FOR_SECONDS)
    report = stage.counted("brown_out", took, len(stage.names), ledger)
    same = (cluster.owners(stage.names), cluster.epochs(stage.names)) == (owners, epochs)
    connected = all(cluster.connections(stage.names).values())
    alive = sum(host.runs for host in hosts)
    return report | {"hosts_left": alive, "held": same and connected and alive == len(hosts)}


def restart_cloud(stage: Stage) -> dict[str, Any]:
    """The whole emulator stops and starts again with its state; hosts and pages live on."""
    stage.prepare()
    cluster, ledger = stage.cluster, stage.ledger()
    shorter = {"VisibilityTimeout": str(VISIBLE_AGAIN_SECONDS)}
    inbound = cluster.facts["queues"]["inbound"]
    cluster.aws("sqs").set_queue_attributes(QueueUrl=inbound, Attributes=shorter)
    ledger.send(*stage.names)
    stack = cluster.running.stack
    assert stack.cloud is not None
    with ledger.customer_writes(*stage.names):
        began = time.monotonic()
        stack.cloud.emulator.restart()
        down = time.monotonic() - began
    ledger.hear(*stage.names)
    ledger.send(*stage.names)
    ledger.settle(VISIBLE_AGAIN_SECONDS + SETTLED_WITHIN_SECONDS)
    took = dict.fromkeys(stage.names, time.monotonic() - began)
    report = stage.counted("restart_cloud", took, len(stage.names), ledger)
    connected = all(cluster.connections(stage.names).values())
    return report | {"down_s": round(down, 1), "held": connected}
