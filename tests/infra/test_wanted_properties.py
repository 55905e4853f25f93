"""Properties that no other test would miss: each stands here with what happens without it."""

import json
import re
from typing import Any

import pytest
from tests.infra.templates import PATHS, ROOT, resources, template

CONTAINER = "ContainerDefinitions.0"
WANTED: list[tuple[str, str, object, str]] = [
    ("Task", f"{CONTAINER}.StopTimeout", 120, "a drain takes up to 110 s, then ECS kills"),
    ("Task", f"{CONTAINER}.User", "10001:10001", "a page that breaks out would be root"),
    ("Task", f"{CONTAINER}.ReadonlyRootFilesystem", True, "what broke in could stay"),
    ("Task", f"{CONTAINER}.LinuxParameters.Capabilities", {"Drop": ["ALL"]}, "no host needs one"),
    (
        "Task",
        f"{CONTAINER}.HealthCheck.Command",
        ["CMD", "/app/venv/bin/python", "-m", "browser_host.alive"],
        "a frozen host would stay",
    ),
    (
        "Service",
        "DeploymentConfiguration",
        {
            "MinimumHealthyPercent": 100,
            "MaximumPercent": 200,
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        },
        "a deployment would stop hosts before others run, or go on with an image that never starts",
    ),
    ("Service", "EnableExecuteCommand", False, "a shell on a host reads every login"),
    ("Service", "AvailabilityZoneRebalancing", "DISABLED", "moves interrupt lines"),
    ("Service", "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED", "reachable"),
    (
        "ScaleOnMemory",
        "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification",
        {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"},
        "browsers that grow would end one another",
    ),
    ("Table", "DeletionProtectionEnabled", True, "one call deletes every organization"),
    ("Table", "StreamSpecification.StreamViewType", "NEW_AND_OLD_IMAGES", "events compare both"),
    ("Table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", True, "no way back"),
    (
        "Table",
        "TimeToLiveSpecification",
        {"AttributeName": "expires_at", "Enabled": True},
        "growth",
    ),
    ("Table", "SSESpecification.KMSMasterKeyId", {"Ref": "DataKey"}, "a key that we cannot revoke"),
    (
        "BackupSelection",
        "BackupSelection.Resources",
        [{"Fn::GetAtt": ["Table", "Arn"]}],
        "a plan that copies nothing",
    ),
    (
        "Api",
        "MethodSettings",
        [
            {
                "HttpMethod": "*",
                "ResourcePath": "/*",
                "ThrottlingRateLimit": 200,
                "ThrottlingBurstLimit": 400,
            }
        ],
        "one client could use up every function's share",
    ),
    (
        "EventsFunction",
        "Events.Table.Properties.DestinationConfig.OnFailure",
        {
            "Type": "SQS",
            "Destination": {"Fn::GetAtt": ["Messaging", "Outputs.EventsDeadLetterQueueArn"]},
        },
        "a change that cannot be told would be dropped unseen",
    ),
]
ENDPOINTS = {"s3", "dynamodb", "sqs", "sns", "kms", "logs", "ecr.api", "ecr.dkr"}
"""What a host in a private subnet calls of AWS."""
WITHOUT_DEFAULT = {"HostImage"}
"""Whoever deploys must say it: any default would be somebody else's image, run with our role."""


RESOURCES = {name: one for path in PATHS for name, one in template(path).get_resources().items()}
FUNCTIONS = resources("AWS::Serverless::Function")


def at(value: Any, path: str) -> Any:
    """The value at a dotted path; None when it is not there."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else (value or {}).get(step)
    return value


@pytest.mark.parametrize(("name", "path", "value", "otherwise"), WANTED)
def test_a_property_is_as_it_must_be(name: str, path: str, value: object, otherwise: str) -> None:
    assert at(RESOURCES[name]["Properties"], path) == value, otherwise


def test_a_host_reaches_all_of_aws_that_it_calls_without_the_internet() -> None:
    names = {json.dumps(one["Properties"]) for one in resources("AWS::EC2::VPCEndpoint").values()}
    found = {match[1] for text in names if (match := re.search(r"Region}\.([a-z0-9.]+)", text))}
    assert found == ENDPOINTS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_sources_ask_for_no_more_than_its_share(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    condition, reserved, _ = properties["ReservedConcurrentExecutions"]["Fn::If"]
    assert condition == "Reserves"
    sources = [
        one["Properties"] for one in properties.get("Events", {}).values() if one["Type"] == "SQS"
    ]
    assert sum(one["ScalingConfig"]["MaximumConcurrency"] for one in sources) <= reserved


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_tells_which_messages_of_a_batch_failed(name: str) -> None:
    properties = FUNCTIONS[name]["Properties"]
    for event in properties.get("Events", {}).values():
        if event["Type"] in {"SQS", "DynamoDB"}:
            assert event["Properties"].get("FunctionResponseTypes") == ["ReportBatchItemFailures"]


PARAMETERS = template(ROOT / "template.yaml").template["Parameters"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_refuses_what_makes_no_sense(name: str) -> None:
    one = PARAMETERS[name]
    assert ("Default" in one) is (name not in WITHOUT_DEFAULT)
    if "AllowedValues" in one:
        assert one.get("Default", one["AllowedValues"][0]) in one["AllowedValues"]
    elif one["Type"] == "Number":
        assert one["MinValue"] <= one["Default"] <= one["MaxValue"]
    else:
        assert "AllowedPattern" in one


@pytest.mark.parametrize(
    ("image", "taken"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/switchboard/browser-host:1.0.0", True),
        (
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/switchboard/browser-host@sha256:"
            + "0" * 64,
            True,
        ),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/another:1", "not pullable"),
        ("switchboard/browser-host:latest", "Docker Hub's"),
        ("docker.io/switchboard/browser-host:latest", "Docker Hub's"),
    ],
)
def test_the_image_comes_from_a_registry_of_aws_that_hosts_may_pull_from(
    image: str, taken: object
) -> None:
    matches = re.fullmatch(PARAMETERS["HostImage"]["AllowedPattern"], image) is not None
    assert matches is (taken is True)
