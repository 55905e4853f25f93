"""Each entry point may do what it does, and nothing else.

Every function's handler, and a host with its loops, run against moto with exactly the names, queues
and variables of the template, while a hook in botocore notes each call. A call that the role does not
allow fails, and so does a permission that no call uses.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from tests.infra.permissions.cloud import Cloud, cloud
from tests.infra.permissions.functions import SCENARIOS
from tests.infra.permissions.host import a_hosts_life
from tests.infra.permissions.operator import STACK, on_call
from tests.infra.permissions.recorder import Permission
from tests.infra.permissions.stack import Stack, statements
from tests.infra.templates import resources

FUNCTIONS = sorted(resources("AWS::Serverless::Function"))
OTHER_ROLES = {
    "ApiGatewayLogs": "API Gateway's own, with the one policy that AWS made for it",
    "BackupRole": "AWS Backup's own, with the one policy that AWS made for it",
    "ExecutionRole": "ECS's own: test_resource_policies.py",
}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return {}


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with cloud(monkeypatch) as one:
        yield one


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def grants(stack: Stack, role: str) -> list[tuple[str, str]]:
    """Every pair of action and resource pattern that a role allows.

    Actions are compared as they stand; which resources may have a wildcard, `infra/lint` says (E9007).
    """
    assert all(one["Effect"] == "Allow" for one in statements(stack, role))
    return [
        (action, resource)
        for one in statements(stack, role)
        for action in listed(one["Action"])
        for resource in listed(one["Resource"])
    ]


def allows(grant: tuple[str, str], asked: Permission) -> bool:
    return asked.action == grant[0] and fnmatchcase(asked.resource, grant[1])


def by_services(stack: Stack, function: str, key: str) -> set[Permission]:
    """What Lambda does with the function's role: logs, traces, and polling its sources."""
    properties = stack.resource(function)["Properties"]
    group = properties["LoggingConfig"]["LogGroup"]["Ref"]
    asked = {
        Permission(f"logs:{one}", stack.arn(group)) for one in ("CreateLogStream", "PutLogEvents")
    }
    asked |= {Permission(f"xray:Put{one}", "*") for one in ("TraceSegments", "TelemetryRecords")}
    for event in properties.get("Events", {}).values():
        if event["Type"] == "SQS":
            queue = stack.value(event["Properties"]["Queue"])
            polled = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
            asked |= {Permission(f"sqs:{one}", queue) for one in polled}
            asked.add(Permission("kms:Decrypt", key))
        elif event["Type"] == "DynamoDB":
            stream = stack.value(event["Properties"]["Stream"])
            read = ("DescribeStream", "GetRecords", "GetShardIterator")
            asked |= {Permission(f"dynamodb:{one}", stream) for one in read}
            asked.add(Permission("dynamodb:ListStreams", "*"))
    return asked


def of_the_key(asked: set[Permission], key: str, own_key: set[str]) -> set[Permission]:
    """What the services ask of our key in the caller's name.

    Source: SQS and SNS developer guides, 'Key management' (producers need GenerateDataKey and
    Decrypt, consumers Decrypt); DynamoDB developer guide, 'Encryption at rest' (reads of the table
    key are decrypted for the caller); S3 user guide, 'SSE-KMS'.

    Args:
        own_key: resources that are not encrypted with our key, as patterns.
    """
    needs = {
        "sqs:SendMessage": {"Decrypt", "GenerateDataKey"},
        "sqs:ReceiveMessage": {"Decrypt"},
        "sns:Publish": {"Decrypt", "GenerateDataKey"},
        "s3:PutObject": {"GenerateDataKey"},
        "s3:GetObject": {"Decrypt"},
    }
    used: set[str] = set()
    for one in asked:
        if any(fnmatchcase(one.resource, pattern) for pattern in own_key):
            continue
        used |= needs.get(one.action, {"Decrypt"} if one.action.startswith("dynamodb:") else set())
    return {Permission(f"kms:{action}", key) for action in used}


def judged(stack: Stack, role: str, asked: set[Permission]) -> tuple[list[Permission], list[Any]]:
    """What is asked for and refused; what is granted and never asked for."""
    granted = grants(stack, role)
    refused = sorted(one for one in asked if not any(allows(grant, one) for grant in granted))
    unused = [grant for grant in granted if not any(allows(grant, one) for one in asked)]
    return refused, unused


HOST_QUEUES = {"*:switchboard-test-host-*"}
"""Encrypted with SQS's own key."""


def asked_by(running: Cloud, function: str) -> set[Permission]:
    SCENARIOS[function](running)
    key = running.stack.child("Data").arn("DataKey")
    asked = set(running.recorder.asked) | by_services(running.stack, function, key)
    return asked | of_the_key(asked, key, HOST_QUEUES)


def test_every_function_has_a_scenario() -> None:
    assert sorted(SCENARIOS) == FUNCTIONS, "tests/infra/permissions/functions.py"


def test_every_role_is_judged_or_explained(running: Cloud) -> None:
    roles = {
        running.stack.resource(one)["Properties"]["Role"]["Fn::GetAtt"][0] for one in FUNCTIONS
    }
    assert running.stack.all_of("AWS::IAM::Role").keys() == roles | {"TaskRole"} | set(OTHER_ROLES)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_does_and_nothing_else(running: Cloud, function: str) -> None:
    asked = asked_by(running, function)
    role = running.stack.resource(function)["Properties"]["Role"]["Fn::GetAtt"][0]
    refused, unused = judged(running.stack, role, asked)
    assert refused == []
    assert unused == []


async def test_a_host_may_do_what_it_does_and_nothing_else(running: Cloud, tmp_path: Any) -> None:
    hosts = running.stack.child("BrowserHost")
    await a_hosts_life(running, tmp_path)
    key = running.stack.child("Data").arn("DataKey")
    asked = set(running.recorder.asked)
    asked.add(
        Permission(
            "ecs:UpdateTaskProtection",
            f"arn:aws:ecs:eu-west-1:123456789012:task/{hosts.physical('Cluster')}/1",
        )
    )
    asked |= of_the_key(asked, key, HOST_QUEUES)
    refused, unused = judged(hosts, "TaskRole", asked)
    assert refused == []
    assert unused == []


def test_the_operators_policy_allows_the_command_and_nothing_else(
    running: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_STACK", STACK)
    on_call(running)
    key = running.stack.child("Data").arn("DataKey")
    asked = set(running.recorder.asked)
    asked |= of_the_key(asked, key, HOST_QUEUES)
    refused, unused = judged(running.stack, "OperatorPolicy", asked)
    assert refused == []
    assert unused == []


def test_a_removed_permission_and_one_too_many_are_both_found(running: Cloud) -> None:
    asked = asked_by(running, "DispatcherFunction")
    role = running.stack.body["Resources"]["DispatcherRole"]["Properties"]["Policies"][0]
    found = role["PolicyDocument"]["Statement"]
    table = next(one for one in found if "dynamodb:UpdateItem" in listed(one["Action"]))
    table["Action"] = [one for one in table["Action"] if one != "dynamodb:UpdateItem"]
    table["Action"].append("dynamodb:Scan")
    refused, unused = judged(running.stack, "DispatcherRole", asked)
    assert [one.action for one in refused] == ["dynamodb:UpdateItem"]
    assert [action for action, _ in unused] == ["dynamodb:Scan"]
