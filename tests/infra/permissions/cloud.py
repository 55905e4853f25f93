"""moto with the very queues, table, bucket, topics and key that the template names."""

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from tests.infra.permissions.recorder import Recorder, recording
from tests.infra.permissions.stack import REGION, Stack
from tests.infra.templates import ROOT
from tests.support.snapshot_clients import forget_snapshot_clients
from tests.support.table import create_table
from tests.support.world import World, dynamodb_world

from switchboard.adapters.dynamodb.connection import connect

MADE = {"AWS::SQS::Queue", "AWS::SNS::Topic", "AWS::S3::Bucket"}


class Context:
    """What Lambda tells a function about itself."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:function"
    aws_request_id = "request"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000


@dataclass
class Cloud:
    """The stack, what its entry points ask for, and stores to arrange things with unrecorded."""

    stack: Stack
    recorder: Recorder
    monkeypatch: pytest.MonkeyPatch
    world: World = field(default_factory=dynamodb_world)

    def function(self, name: str) -> ModuleType:
        """The real module of a function, imported with the template's environment."""
        properties = self.stack.resource(name)["Properties"]
        variables = properties.get("Environment", {}).get("Variables", {})
        shared = self.stack.body["Globals"]["Function"]["Environment"]["Variables"]
        for key, value in (shared | variables).items():
            self.monkeypatch.setenv(key, str(self.stack.value(value)))
        folder = ROOT / properties["CodeUri"]
        self.monkeypatch.syspath_prepend(str(folder))
        if properties["Handler"] == "app.app":  # Chalice registers its blueprints once a process
            _forget_wiring()
            return importlib.import_module("app")
        spec = importlib.util.spec_from_file_location(f"{name}_app", folder / "app.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def environment(self, container: dict[str, Any]) -> dict[str, str]:
        hosts = self.stack.child("BrowserHost")
        return {one["Name"]: str(hosts.value(one["Value"])) for one in container["Environment"]}

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Arranging is not the entry point's doing."""
        before = set(self.recorder.asked)
        yield
        self.recorder.asked = before


def records(*bodies: object) -> dict[str, Any]:
    """An event of an SQS event source mapping."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": str(number),
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"MessageGroupId": "g", "ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }


@contextmanager
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    credentials = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    for key in credentials:
        monkeypatch.setenv(key, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "123456789012")
    monkeypatch.setenv("POWERTOOLS_TRACE_DISABLED", "true")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        key = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
        stack = Stack(ROOT / "template.yaml", {"Stage": "test"}, {"DataKey": key})
        for kind in MADE:
            for name, where in stack.all_of(kind).items():
                _make(kind, where.physical(name), where.resource(name).get("Properties", {}))
        ((table, data),) = stack.all_of("AWS::DynamoDB::Table").items()
        with recording() as recorder:
            _fresh_sessions()
            create_table(data.physical(table))
            connect(data.physical(table))
            recorder.clear()
            yield Cloud(stack, recorder, monkeypatch)
    _fresh_sessions()
    _forget_wiring()


def _forget_wiring() -> None:
    """The API wires its use cases at the first request, with the environment of that moment."""
    wiring = sys.modules.get("chalicelib.wiring")
    if wiring is not None:
        wiring._built.clear()


def _fresh_sessions() -> None:
    """Clients that were made before the recorder listened must not be used again."""
    boto3.DEFAULT_SESSION = None
    forget_snapshot_clients()


def _make(kind: str, name: str, properties: dict[str, Any]) -> None:
    if kind == "AWS::SQS::Queue":
        fifo = {"FifoQueue": "true"} if properties.get("FifoQueue") else {}
        boto3.client("sqs").create_queue(QueueName=name, Attributes=fifo)
    elif kind == "AWS::SNS::Topic":
        boto3.client("sns").create_topic(Name=name)
    else:
        location: Any = {"LocationConstraint": REGION}
        boto3.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=location)
