"""Which deployment the command works on: the outputs of its stack."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from switchboard.domain.errors import Configuration, DependencyUnavailable, NotFound

_CONFIG = Config(
    connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"}
)
_LOCAL_STACK = "switchboard"
"""What `make run` calls the stack that it creates."""
_QUEUES = {
    "inbound": ("InboundDeadLetterQueueUrl", "InboundQueueUrl"),
    "send": ("SendDeadLetterQueueUrl", "SendQueueUrl"),
    "timer": ("TimerDeadLetterQueueUrl", "TimerQueueUrl"),
    "session-start": ("SessionStartDeadLetterQueueUrl", "SessionStartQueueUrl"),
    "webhook": ("WebhookDeadLetterQueueUrl", "WebhookQueueUrl"),
    "parked": ("ParkedDeadLetterQueueUrl", "ParkedQueueUrl"),
    "events": ("EventsDeadLetterQueueUrl", None),  # a stream stands before it, no queue
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look; None is what the environment says."""

    stack: str
    region: str | None = None
    endpoint_url: str | None = None
    local: bool = False
    """Whether this is the stack of `make run`, whose cloud takes any credentials."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the stack says of itself."""

    table: str
    send_queue_url: str
    session_start_queue_url: str
    dead_letter_queues: Mapping[str, tuple[str, str | None]]
    """By name: its own URL, and that of the queue before it."""


def chosen(
    stack: str | None, region: str | None, endpoint_url: str | None, run_file: Path | None
) -> Target:
    """What the words say, else the environment (SWITCHBOARD_STACK, SWITCHBOARD_LOCAL).

    Raises:
        Configuration: neither names a deployment.
    """
    if stack is None and run_file is None:
        stack = os.environ.get("SWITCHBOARD_STACK") or None
    local = os.environ.get("SWITCHBOARD_LOCAL") or None
    if stack is not None:
        return Target(stack, region, endpoint_url)
    if run_file is None and local is None:
        why = "is required, or SWITCHBOARD_STACK, or --local for the stack of `make run`"
        raise Configuration({"--stack": why})
    return local_target(run_file or Path(str(local)))


def local_target(run_file: Path) -> Target:
    """The stack that `make run` is running.

    Raises:
        Configuration: there is no such file, or it is not ours.
    """
    try:
        facts: dict[str, Any] = json.loads(run_file.read_text(encoding="utf8"))
        return Target(_LOCAL_STACK, str(facts["region"]), str(facts["aws_endpoint"]), local=True)
    except FileNotFoundError as error:
        raise Configuration({"--local": f"{run_file} is not there: is `make run` up?"}) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Configuration({"--local": f"{run_file} is not a file of `make run`"}) from error


def use(target: Target) -> None:
    """Have every client of this process reach the target: they read the environment.

    Raises:
        Configuration: an endpoint that is no URL.
    """
    # boto3 reads AWS_DEFAULT_REGION alone; the AWS command line takes AWS_REGION before it.
    if region := target.region or os.environ.get("AWS_REGION"):
        os.environ["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"] = region
    if target.endpoint_url:
        if urlsplit(target.endpoint_url).scheme not in {"http", "https"}:
            raise Configuration({"--endpoint-url": "must begin with http:// or https://"})
        os.environ["AWS_ENDPOINT_URL"] = target.endpoint_url
    if target.local:
        os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "test"  # noqa: S105
        os.environ.pop("AWS_SESSION_TOKEN", None)
        os.environ.pop("AWS_PROFILE", None)


def read_deployment(stack: str) -> Deployment:
    """Ask CloudFormation.

    Raises:
        NotFound: no such stack, here and with these credentials.
        Configuration: the stack is not one of ours, or region or credentials are missing.
        DependencyUnavailable: CloudFormation did not answer or refused.
    """
    return _deployment(stack, _outputs(stack))


def _outputs(stack: str) -> dict[str, str]:
    try:
        client = boto3.client("cloudformation", config=_CONFIG)
        described = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code == "ValidationError":  # CloudFormation's word for a stack that does not exist
            raise NotFound(f"the stack {stack}") from error
        raise DependencyUnavailable(f"CloudFormation: {code}") from error
    except (NoRegionError, NoCredentialsError, ProfileNotFound) as error:
        raise Configuration({"AWS": str(error)}) from error
    except BotoCoreError as error:
        raise DependencyUnavailable(f"CloudFormation: {error}") from error
    return {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}


def _deployment(stack: str, outputs: Mapping[str, str]) -> Deployment:
    queues = [name for pair in _QUEUES.values() for name in pair if name is not None]
    if missing := sorted({"TableName", *queues} - set(outputs)):
        why = f"has no output {', '.join(missing)}: not a stack of Switchboard, or an older one"
        raise Configuration({stack: why})
    letters = {
        name: (outputs[own], outputs[before] if before else None)
        for name, (own, before) in _QUEUES.items()
    }
    return Deployment(
        outputs["TableName"], outputs["SendQueueUrl"], outputs["SessionStartQueueUrl"], letters
    )
