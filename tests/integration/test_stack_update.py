"""The stack of the last release, updated to the present template on the emulator, loses nothing.

`tests/infra/released` holds the templates of the last release, and until there is one a baseline under
the version in pyproject.toml. A release replaces them.

The update itself runs for bucket, key and queues. MiniStack gives a table in a nested stack a new name
at each update of its tags, whatever the template says, so the table is compared instead: nothing that
CloudFormation documents as "Update requires: Replacement" may differ.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.infra.templates import ROOT, template

from cloud.emulator import REGION, Emulator
from cloud.local_cloud import HOST_IMAGE
from cloud.packaging import Packager

RELEASED = max((ROOT / "tests/infra/released").iterdir())
KEEPING = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key", "AWS::SQS::Queue")
WITHIN_SECONDS = 120
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
PARAMETERS = [
    {"ParameterKey": "Stage", "ParameterValue": "local"},
    {"ParameterKey": "HostImage", "ParameterValue": HOST_IMAGE},
]
BREACH = {"LessThanThreshold": 0.0, "GreaterThanThreshold": 1e9}


@dataclass
class Deployment:
    """One stack on one emulator."""

    emulator: Emulator

    def client(self, service: str) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(
            service, endpoint_url=self.emulator.endpoint, region_name=REGION, **keys
        )

    def deploy(self, root: Path, how: str) -> None:
        """Create or update.

        The tag changes with each: MiniStack forgets the attributes of a nested stack's resource that
        an update leaves alone, and a changed tag touches all.
        """
        path = (ROOT / ".local/functions", ROOT / "shared/src")
        layers = {"AgentLayer": ROOT / ".local/agent"}
        endpoint = self.emulator.endpoint
        body = Packager(root, endpoint, self.client("s3"), path, layers).package()
        formation = self.client("cloudformation")
        act = getattr(formation, f"{how}_stack")
        act(
            StackName="upgraded",
            TemplateBody=body,
            Capabilities=CAPABILITIES,
            Parameters=PARAMETERS,
            Tags=[{"Key": "deployment", "Value": how}],
        )
        deadline = time.monotonic() + WITHIN_SECONDS
        status = ""
        while time.monotonic() < deadline and not status.endswith(("COMPLETE", "FAILED")):
            status = formation.describe_stacks(StackName="upgraded")["Stacks"][0]["StackStatus"]
            time.sleep(0.2)
        assert status == f"{how.upper()}_COMPLETE", self._why()

    def _why(self) -> list[Any]:
        events = self.client("cloudformation").describe_stack_events(StackName="upgraded")
        return [one for one in events["StackEvents"] if "FAILED" in one["ResourceStatus"]]

    def outputs(self) -> dict[str, str]:
        (stack,) = self.client("cloudformation").describe_stacks(StackName="upgraded")["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def holding(self) -> dict[str, str]:
        """Physical ids of everything that holds data, by logical id, over all nested stacks."""
        formation = self.client("cloudformation")
        found: dict[str, str] = {}
        for stack in formation.describe_stacks()["Stacks"]:
            if not stack["StackStatus"].startswith("DELETE"):
                listed = formation.describe_stack_resources(StackName=stack["StackName"])
                found |= {
                    one["LogicalResourceId"]: one["PhysicalResourceId"]
                    for one in listed["StackResources"]
                    if one["ResourceType"] in KEEPING
                }
        return found


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("update")
    emulator = Emulator(ROOT / ".local/emulator/bin/ministack", folder / "cloud.log")
    emulator.start()
    yield Deployment(emulator)
    emulator.stop()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The released templates beside the present code."""
    root = tmp_path_factory.mktemp("released")
    for entry in RELEASED.iterdir():
        (root / entry.name).symlink_to(entry)
    (root / "functions").symlink_to(ROOT / "functions")
    return root


def test_an_update_from_the_last_release_keeps_everything(
    deployment: Deployment, released: Path
) -> None:
    deployment.deploy(released, "create")
    before, outputs = deployment.holding(), deployment.outputs()
    assert len(before) >= 10
    bucket = outputs["SessionBucketName"]
    deployment.client("s3").put_object(Bucket=bucket, Key="profiles/kept/1", Body=b"sealed")
    letters = outputs["SendDeadLetterQueueUrl"]
    deployment.client("sqs").send_message(QueueUrl=letters, MessageBody="kept")

    deployment.deploy(ROOT, "update")

    after = deployment.holding()
    kept_ids = before.keys() - {"Table"}
    assert {name: after.get(name) for name in kept_ids} == {n: before[n] for n in kept_ids}
    kept = deployment.client("s3").get_object(Bucket=bucket, Key="profiles/kept/1")
    assert kept["Body"].read() == b"sealed"
    (letter,) = deployment.client("sqs").receive_message(QueueUrl=letters)["Messages"]
    assert letter["Body"] == "kept"


def test_nothing_that_replaces_the_table_differs_from_the_last_release() -> None:
    """Source: CloudFormation template reference, AWS::DynamoDB::Table, 'Update requires'."""
    was = template(RELEASED / "infra/data.yaml").template["Resources"]["Table"]
    now = template(ROOT / "infra/data.yaml").template["Resources"]["Table"]
    for name in ("TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification"):
        assert was["Properties"].get(name) == now["Properties"].get(name), name
    attributes = [each["Properties"]["AttributeDefinitions"] for each in (was, now)]
    assert all(one in attributes[1] for one in attributes[0])
    assert now["DeletionPolicy"] == now["UpdateReplacePolicy"] == "Retain"


def test_every_alarm_of_the_updated_stack_rings(deployment: Deployment) -> None:
    """Driven by its own metric; the emulator has none of AWS's own but those of functions."""
    watch = deployment.client("cloudwatch")
    alarms = watch.describe_alarms(MaxRecords=100)["MetricAlarms"]
    assert len(alarms) > 40
    for alarm in alarms:
        value = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"]}
        value["Value"] = BREACH[alarm["ComparisonOperator"]]
        watch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[value])
        (now,) = watch.describe_alarms(AlarmNames=[alarm["AlarmName"]])["MetricAlarms"]
        assert now["StateValue"] == "ALARM", alarm["AlarmName"]


def test_a_function_that_fails_rings_its_alarm(deployment: Deployment) -> None:
    """The emulator counts errors of functions itself."""
    watch = deployment.client("cloudwatch")
    name = "switchboard-local-authorizer-errors"
    (alarm,) = watch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    (function,) = [one["Value"] for one in alarm["Dimensions"]]
    watch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="before the fault")
    event = json.dumps({"authorizationToken": "sb_unknown"}).encode()
    answer = deployment.client("lambda").invoke(FunctionName=function, Payload=event)
    assert answer.get("FunctionError")
    counted = watch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=alarm["Dimensions"],
        StartTime=time.time() - 600,
        EndTime=time.time() + 60,
        Period=60,
        Statistics=["Sum"],
    )
    assert sum(one["Sum"] for one in counted["Datapoints"]) >= 1
