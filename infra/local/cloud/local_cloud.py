"""The local cloud: emulator, stack, outputs, and the environment of the created host task."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from cloud.emulator import REGION, Emulator
from cloud.packaging import Packager
from cloud.warming import warm_up

STACK = "switchboard"
CREATED_WITHIN_SECONDS = 120.0
HOST_IMAGE = f"000000000000.dkr.ecr.{REGION}.amazonaws.com/switchboard/browser-host:local"
"""No such image is ever fetched: the task is only read."""
CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


class StackFailedError(RuntimeError):
    """The emulator refused a resource that is not on the left-out list."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the created stack says of itself."""

    values: dict[str, str]
    api_url: str

    def __getitem__(self, key: str) -> str:
        """One output by its name in the template."""
        return self.values[key]


@dataclass(slots=True)
class LocalCloud:
    """Use as a context manager; `outputs` and `host_environment` are there once it is entered."""

    root: Path
    python_path: tuple[Path, ...]
    emulator: Emulator
    outputs: Outputs = field(default_factory=lambda: Outputs({}, ""))
    host_environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        """Start the emulator, create the stack, warm the functions."""
        self.emulator.start()
        try:
            self.outputs = self._create()
            self.host_environment = self._host_environment()
            warm_up(self.client("lambda"), self._functions())
            self.emulator.check_listeners()
        except BaseException:
            self.emulator.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the emulator; nothing of it stays."""
        self.emulator.stop()

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.emulator.endpoint,
            region_name=REGION,
            config=Config(
                connect_timeout=5,
                read_timeout=120,
                max_pool_connections=20,
                retries={"max_attempts": 1},
            ),
            **CREDENTIALS,
        )

    def _create(self) -> Outputs:
        body = Packager(
            self.root,
            self.emulator.endpoint,
            self.client("s3"),
            self.python_path,
            {"AgentLayer": self.root / ".local" / "agent"},
        ).package()
        formation = self.client("cloudformation")
        formation.create_stack(
            StackName=STACK,
            TemplateBody=body,
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": "Stage", "ParameterValue": "local"},
                {"ParameterKey": "WebhookReach", "ParameterValue": "loopback"},
                {"ParameterKey": "HostImage", "ParameterValue": HOST_IMAGE},
            ],
        )
        stack = self._created(formation)
        values = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
        path = f"/restapis/{values['ApiId']}/local/_user_request_"
        return Outputs(values, f"{self.emulator.endpoint}{path}")

    def _created(self, formation: Any) -> dict[str, Any]:
        deadline = time.monotonic() + CREATED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            stack: dict[str, Any] = formation.describe_stacks(StackName=STACK)["Stacks"][0]
            if stack["StackStatus"] == "CREATE_COMPLETE":
                return stack
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                break
            time.sleep(0.1)
        raise StackFailedError(_why(formation))

    def _host_environment(self) -> dict[str, str]:
        described = self.client("ecs").describe_task_definition(
            taskDefinition=self.outputs["TaskDefinitionArn"]
        )
        container = described["taskDefinition"]["containerDefinitions"][0]
        return {one["name"]: str(one["value"]) for one in container["environment"]}

    def _functions(self) -> dict[str, str]:
        """Logical id of each function -> its name."""
        resources = self.client("cloudformation").describe_stack_resources(StackName=STACK)
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in resources["StackResources"]
            if one["ResourceType"] == "AWS::Lambda::Function"
        }


def _why(formation: Any) -> str:
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [
        f"{one['LogicalResourceId']} ({one['ResourceType']}): {one.get('ResourceStatusReason')}"
        for one in events
        if "FAILED" in one["ResourceStatus"]
    ]
    return "the stack was not created: " + ("; ".join(failed) or "no reason given")
